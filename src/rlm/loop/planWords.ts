/**
 * How models put that they are about to do something, or that they can't, at the start or end of a
 * sentence. A row for each language; the next one is a row more.
 */
interface Manners {
  readonly plan: RegExp;
  readonly sorry?: RegExp;
}

/** What a model does to find something out. */
const work =
  '(?:look|search|check|read|explor|examin|inspect|find|grep|list|open|start|begin|use|run|call|analy[sz]|investigat|review|scan|dig|trace|locat|quer|fetch|try|write|continu|proceed|take a|understand|identif|figure|determin|verif|get|load|print|gather|go (?:through|ahead|on)|answer|do (?:that|this|so)|help|see (?:what|how|if|where)|think|explore|consult|count|make sure)';

const english: Manners = {
  plan: new RegExp(
    `^(?:(?:first|now|next|then|so|well|ok(?:ay)?|alright|right|great|good|sure|perfect|to (?:start|begin|answer|find)[^,.]*|in order to [^,.]*|before [^,.]*|for (?:this|that))[,:]?\\s+){0,3}(?:i(?:[’']ll| will| shall|[’']m going to| am going to|[’']m about to| am about to|[’']d like to| would like to| need to| want to| should| have to| must| plan to| intend to| can (?:now )?(?=start|begin))|let(?:[’']s| me| us)|we(?:[’']ll| will| need to)|my (?:next step|plan|approach) (?:is|will be)(?: to)?|the (?:next|first) (?:step|thing) (?:is|will be)(?: to)?|next steps?:)\\s+(?:[\\w’',-]+\\s+){0,3}?${work}`,
    'i',
  ),
  sorry:
    /^(?:but |however,? |unfortunately,? |regrettably,? )*(?:i(?:[’']m| am) (?:so |very |really |deeply |truly )?sorry|sorry|i (?:do |sincerely )?apologi[sz]e|(?:my )?apologies|as an? (?:ai|artificial|large language|language)\b|i(?:[’']m| am) (?:just |only )?an? (?:ai|language)\b|i(?:[’']m| am) (?:unable|not able)\b|i (?:can(?:[’']t|not| not)|do(?:n[’']t| not) have|won[’']t|will not|could(?:n[’']t| not)) (?:be able to )?(?:help|assist|answer|comply|access|open|read|view|see|browse|execute|run|provide|fulfil|continue|complete|determine|process|do|any|the|direct|access))/i,
};

const languages: readonly Manners[] = [
  english,
  // Chinese
  {
    plan: /^(?:好的?|首先|接下来|现在|然后|那么|下面|为了[^，]*)?[，,、\s]*(?:(?:请)?(?:让|讓)我|我们?(?:将|將|会|會|来|來|先|需要|要|打算|准备|準備|想|应该|應該|必须|可以先|现在)|接下来|首先|先).{0,12}?(?:查|看|搜|找|读|讀|分析|检|檢|浏览|了解|探|调用|運行|运行|执行|列|打开|使用|写|继续|繼續|开始|開始|确认|定位|梳理|处理|回答)/,
    sorry:
      /^(?:非常|很|十分)?(?:抱歉|对不起|對不起|不好意思)|^作为(?:一个|一名)?(?:AI|人工智能|(?:大型)?语言模型)|^我(?:无法|無法|不能|没有办法|没法)/,
  },
  // Japanese
  {
    plan: /^(?:まず|これから|次に|では|それでは|最初に|私は).*(?:ます|ましょう)$|(?:てみます|ていきます|ましょう|させてください)$/,
    sorry:
      /申し訳|^(?:すみません|ごめんなさい)|(?:お答え|アクセス|お手伝い|回答|対応)(?:は|が)?(?:することは?)?できません/,
  },
  // Korean
  {
    plan: /(?:겠습니다|할게요|볼게요|보자|합시다|하겠어요)$/,
    sorry: /^(?:죄송|미안)|(?:도와드릴|답변할|접근할|제공할) 수 없/,
  },
  // German
  {
    plan: /^(?:(?:zuerst|zunächst|jetzt|nun|als nächstes|dann|okay|gut|also)[, ]+)*(?:(?:werde|muss|möchte|schaue|suche|prüfe|lese|sehe|beginne) ich|ich (?:werde|muss|möchte|will|schaue|suche|prüfe|lese|sehe mir|beginne|fange)|lass(?:en sie|t)? (?:mich|uns)|schauen wir|sehen wir uns)\b/i,
    sorry:
      /^(?:es tut mir (?:sehr )?leid|entschuldigung|verzeihung|leider kann ich|als (?:ki|sprachmodell)|ich kann (?:das|dies|ihnen|dir|leider|nicht|diese|darauf))/i,
  },
  // French
  {
    plan: /^(?:(?:d[’']abord|tout d[’']abord|ensuite|maintenant|bien|d[’']accord|premièrement)[, ]+)*(?:je (?:vais|dois|commence|regarde|cherche|voudrais|souhaite)|laisse[zs]?[- ]moi|commençons|voyons|regardons|examinons|cherchons|nous allons|permettez)/i,
    sorry:
      /^(?:(?:je suis )?(?:vraiment )?désolée?|je m[’']excuse|excusez|malheureusement,? je ne|en tant qu[’']ia|je ne (?:peux|suis) pas)/i,
  },
  // Spanish
  {
    plan: /^(?:(?:primero|ahora|bien|luego|a continuación|de acuerdo|en primer lugar)[, ]+)*(?:voy a|vamos a|d[ée]j[ae]me|permít[ae]me|necesito|debo|tengo que|(?:buscar|revisar|empezar|comenzar|leer|analizar|examinar|verificar)(?:é|emos))/i,
    sorry: /^(?:lo siento|perdón|disculp|lamentablemente,? no puedo|no puedo|como (?:una )?ia)/i,
  },
  // Portuguese
  {
    plan: /^(?:(?:primeiro|agora|bem|depois|a seguir|em seguida)[, ]+)*(?:vou|vamos|deix[ae][- ]me|permita[- ]me|preciso|devo|tenho que|irei)\s/i,
    sorry:
      /^(?:desculp|sinto muito|lamento|infelizmente,? não|não (?:posso|consigo)|como (?:uma )?ia)/i,
  },
  // Italian
  {
    plan: /^(?:(?:prima|per prima cosa|ora|adesso|bene|poi|innanzitutto)[, ]+)*(?:vado a|lascia(?:mi|temi)|devo|(?:cerch|esamin|inizi|control|analizz|verific)er(?:ò|emo)|(?:legger|far|andr|vedr)ò|iniziamo|vediamo|cerchiamo|procedo|ora (?:cerco|leggo|guardo))/i,
    sorry: /^(?:mi dispiace|scus[ai]|spiacente|purtroppo non|non posso|come (?:una )?ia)/i,
  },
  // Dutch
  {
    plan: /^(?:(?:eerst|nu|dan|vervolgens|goed)[, ]+)*(?:ik (?:ga|zal|moet|kijk|zoek|wil|begin)|(?:ga|zal|moet) ik|laat (?:me|mij|ons)|laten we)\s/i,
    sorry: /^(?:het spijt me|helaas kan ik|ik kan (?:dat|dit|je|u|niet|geen))/i,
  },
  // Polish
  {
    plan: /^(?:(?:najpierw|teraz|następnie|dobrze)[, ]+)*(?:poszukam|sprawdzę|zobaczę|przeszukam|muszę|pozwól|zacznę|przejrzę|przeczytam|spójrzmy|zobaczmy|sprawdźmy|przeanalizuję)/i,
    sorry: /^(?:przepraszam|przykro mi|niestety,? nie mogę|nie mogę)/i,
  },
  // Russian and Ukrainian
  {
    plan: /^(?:(?:сначала|теперь|затем|хорошо|итак|для начала|спочатку|тепер)[, ]+)*(?:я (?:сейчас |сначала |теперь |спочатку )?(?:посмотрю|поищу|найду|проверю|прочитаю|изучу|проанализирую|начну|буду|должен|хочу|собираюсь|выполню|подивлюся|пошукаю|перевірю)|(?:посмотрю|поищу|проверю|прочитаю|изучу)|давайте?|позвольте|дозвольте|посмотрим|мне нужно|нужно (?:посмотреть|найти|проверить|изучить))/i,
    sorry:
      /^(?:извините|простите|прошу прощения|к сожалению,? я не|я не могу|вибачте|на жаль,? я не)/i,
  },
  // Turkish
  {
    plan: /(?:eceğim|acağım|yorum|eyim|ayım|elim|alım)$/i,
    sorry: /^(?:üzgünüm|maalesef|özür dilerim)/i,
  },
  // Arabic
  {
    plan: /^(?:سأ|سوف|دعني|دعونا|لنبدأ|لنبحث|أولاً)/,
    sorry: /^(?:آسف|عذر|أعتذر|لا أستطيع|لا يمكنني)/,
  },
  // Hindi
  { plan: /^(?:चलिए|आइए)|(?:ूँगा|ूंगा|ूँगी|ूंगी)$/, sorry: /^(?:क्षमा|माफ़|मुझे खेद)/ },
  // Vietnamese, Indonesian
  {
    plan: /^(?:tôi sẽ|hãy để tôi|để tôi|trước tiên|saya akan|mari kita|izinkan saya|pertama-tama)/i,
    sorry: /^(?:xin lỗi|rất tiếc|tôi không thể|maaf|saya tidak (?:bisa|dapat))/i,
  },
];

/** So much of a sentence says what kind it is, in characters. */
const mostOfSentence = 300;

/** `Searching the repository...` */
const isAnnounced =
  /^(?:(?:now|next|first|okay|ok),? )?(?:searching|looking|checking|reading|exploring|examining|analy[sz]ing|scanning|inspecting|opening|running|fetching|investigating)\b.*(?:\.{3}|…|\bnow\.?)$/i;

/** Whether a sentence says what its writer is about to do. */
export function isPlan(sentence: string): boolean {
  if (/^let me know/i.test(sentence)) return false;
  const plain = sentence.slice(0, mostOfSentence).replace(/[….\s]+$/, '');
  return languages.some(({ plan }) => plan.test(plain)) || isAnnounced.test(sentence);
}

/** Whether a sentence excuses its writer, or says that they can't do something. */
export function isSorry(sentence: string): boolean {
  return languages.some(({ sorry }) => sorry?.test(sentence));
}

/** Whether a sentence says why. */
export function saysWhy(sentence: string): boolean {
  return /\b(?:because|since|as there (?:is|are)|due to|for lack of|given that|weil|da es|car|parce que|porque|ya que|perché|poiché|потому|так как|omdat|ponieważ)\b|因为|由于|ため|때문/i.test(
    sentence,
  );
}

/** Whether a sentence says that its writer is a program that can't see or do anything here: never true here. */
export function deniesTools(sentence: string): boolean {
  return /\bas an? (?:ai|language model|large language)|\b(?:access|open|browse|read|see|view|execute|run)\b.{0,40}\b(?:files?|file ?systems?|repositor(?:y|ies)|codebases?|code|tools?|internet|documents?|context)\b|(?:访问|打开|读取|查看).{0,12}(?:文件|仓库|代码)/i.test(
    sentence,
  );
}

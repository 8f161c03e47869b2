import { describe, expect, it } from 'vitest';
import { unwrapped, whyNoAnswer } from '../../../src/rlm/loop/noAnswer';

const question = 'How long may a request take before it is given up?';
const plan = /plan of what to do next/;
const excuse = /excuse or a refusal/;
const tool = /tool call/;
const code = /code outside of a fence/;

/** Texts that models give in place of an answer; the next one is a line. */
const junk: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /empty/],
  [' \n\t ', /empty/],
  ['{}', /empty/],
  ['[]', /empty/],
  ['-', /empty/],
  ['...', /empty/],
  ['None', /placeholder/],
  ['undefined', /placeholder/],
  ['TODO', /placeholder/],
  ['TODO: write the answer', /placeholder/],
  ['<answer>', /placeholder/],
  ['[Your answer here]', /placeholder/],
  ['your final answer here', /placeholder/],
  ["{'content': 'It takes 30 s.', 'ready': True}", /Python prints/],
  ["[{'path': 'src/a.py'}]", /Python prints/],
  ['<generator object <genexpr> at 0x7f21>', /Python prints/],
  ['<function find at 0x7f21>', /Python prints/],
  ["<repository 'demo': context[path] is a file's text; see help(context)>", /Python prints/],
  ['dict_keys([1, 2])', /Python prints/],
  ['Traceback (most recent call last):\n  File "<cell 1>"\nKeyError: 1', /traceback/],
  ['Error: the provider of small-model is overloaded', /error of a sub-call/],
  [question, /repeats/],
  [`Question: ${question}`, /repeats/],
  [`"How long may a request take before it is given up"`, /repeats/],
  ['<question>\nHow long?\n</question>', /repeats/],
  ['Turn 3/30: Go on, or submit the answer.', /repeats/],
  ['<tool_call>{"name": "grep", "arguments": {"pattern": "timeout"}}</tool_call>', tool],
  ['I will search.\n<function=grep><parameter=pattern>timeout</parameter></function>', tool],
  ['<invoke name="python"><parameter name="code">grep("x")</parameter></invoke>', tool],
  ['[TOOL_CALLS][{"name": "grep", "arguments": {"pattern": "x"}}]', tool],
  ['<|python_tag|>grep.call(pattern="x")', tool],
  ['{"name": "grep", "arguments": {"pattern": "timeout"}}', tool],
  ['{"tool": "read", "args": {"path": "a.py"}}', tool],
  ['```json\n{"action": "search", "action_input": "timeout"}\n```', tool],
  ['Thought: I should search.\nAction: grep\nAction Input: timeout', tool],
  ['{"tool_calls": [{"type": "function", "function": {"name": "grep"}}]}', tool],
  ['hits = grep("timeout")\nprint(hits)', code],
  ['print(grep("timeout"))', code],
  ['import re\nfor path in files():\n    print(path)', code],
  ['```bash\ngrep -rn timeout .\n```', code],
  ['```json\n{"a": 1}\n```', code],
  ['!grep -rn timeout .', code],
  ['Next.\n\n```repl\nprint(1)\n```', code],
  ['I know it now.\n\n```python\nanswer["content"] = "30 s"\nanswer["ready"] = True\n```', code],
  ['I will now search the repository for timeouts.', plan],
  ["I'll start by looking at the client.", plan],
  ['I’m going to check the configuration first.', plan],
  ['Let me look at client.py.', plan],
  ["Let's examine how requests are sent.", plan],
  ['Sure! Let me search for that.', plan],
  ['First, I need to find the files that send requests. Then I will read them.', plan],
  ['Okay, to answer this, I should look at the code that sends requests.', plan],
  ['Searching the repository...', plan],
  ['Of course. Now I will read src/client.py:1-80.', plan],
  ['The client seems to be in src/client. Let me read it.', plan],
  ['My next step is to grep for "timeout".', plan],
  ['We need to look at the retry logic.', plan],
  ['我将搜索代码库中的超时设置。', plan],
  ['让我先查看一下配置文件。', plan],
  ['首先，我需要了解项目的结构。', plan],
  ['接下来我会读取 client.py。', plan],
  ['まず、タイムアウトの設定を検索します。', plan],
  ['設定ファイルを確認してみましょう。', plan],
  ['먼저 설정 파일을 확인하겠습니다.', plan],
  ['Ich werde zuerst nach dem Timeout suchen.', plan],
  ['Zuerst schaue ich mir die Konfiguration an.', plan],
  ['Je vais chercher le délai dans le code.', plan],
  ["D'abord, regardons la configuration.", plan],
  ['Voy a buscar el tiempo de espera.', plan],
  ['Primero, déjame revisar el código.', plan],
  ['Vou procurar o tempo limite no código.', plan],
  ['Ora cerco il timeout nel codice.', plan],
  ['Ik ga eerst naar de code kijken.', plan],
  ['Najpierw sprawdzę konfigurację.', plan],
  ['Сначала я посмотрю на конфигурацию.', plan],
  ['Давайте найдём, где задан тайм-аут.', plan],
  ['Önce yapılandırmayı inceleyeceğim.', plan],
  ['سأبحث عن المهلة في الشيفرة.', plan],
  ['Tôi sẽ tìm kiếm trong mã nguồn.', plan],
  ["I'm sorry, but I can't help with that.", excuse],
  ['I apologize for the confusion.', excuse],
  ["I'm sorry for my earlier mistake. Let me try again.", plan],
  ['I cannot access the repository. Please paste the code here.', excuse],
  ['As an AI language model, I cannot browse files because I have no access to tools.', excuse],
  ["Unfortunately, I don't have access to your file system.", excuse],
  ['很抱歉，我无法访问您的文件。', excuse],
  ['Es tut mir leid, ich kann diese Frage nicht beantworten.', excuse],
  ['Désolé, je ne peux pas répondre.', excuse],
  ['Lo siento, no puedo ayudar con eso.', excuse],
  ['Извините, я не могу ответить на этот вопрос.', excuse],
  ['What would you like to know about the repository?', /nothing on the matter/],
  ['How can I help you today?', /nothing on the matter/],
  ['I have already answered above.', /nothing on the matter/],
  ['Please provide the file.', /nothing on the matter/],
];

/** Texts that are answers, right or wrong. */
const answers: readonly string[] = [
  'It is blue.',
  'Yes.',
  'No',
  '42',
  'NONE',
  'done',
  '30 s',
  'Nothing.',
  'Requests time out after 30 s, set in client/http.py:41-44.',
  'I could not find any timeout: grep("timeout") has no match in the 12 files.',
  "I'm sorry, I can't say, because the repository has no code that sends requests.",
  'Unfortunately, there is no timeout in this code.',
  'There is none. Let me know if you need more.',
  'Let me summarize: requests are given up after 30 s, and retried twice. The limit is in `client.py:3`.',
  'The model then calls `<tool_call>` with a name (src/tools.ts:3), and its arguments are parsed in src/tools.ts:9.',
  'The handler sends `{"name": "grep", "arguments": {}}` (src/a.ts:3).',
  'Call it like this:\n\n```python\nprint(grep("x"))\n```\n\nSee src/a.py:3.',
  '{"timeout": 30, "unit": "s"}',
  '["a.py:3", "b.py:4"]',
  "['src/a.py:3', 'src/b.py:4']",
  '# Timeouts\n\n- connect: 5 s (a.py:3)\n- read: 30 s (a.py:4)',
  'First the configuration is read (config.py:3). Then requests are sent with its timeout.',
  'Step 1: run `npm install`. Step 2: open the settings and search for "timeout".',
  'We can see that the loader reads the file twice.',
  'Reading the file is done by `load()`.',
  'Looking at the code, a request may take 30 s.',
  'Error: is thrown in src/a.ts:3 when the file is missing.',
  'To start the server, the script calls listen() on port 80.',
  'I searched all 12 files. The timeout is 30 s.',
  '超时时间为 30 秒，见 client.py:41。',
  'タイムアウトは 30 秒です（client.py:41）。',
  '제한 시간은 30초입니다 (client.py:41).',
  'Die Anfrage wird nach 30 s abgebrochen (client.py:41).',
  'Le délai est de 30 s (client.py:41).',
  'El tiempo de espera es de 30 s.',
  'Таймаут равен 30 секундам.',
  '這個函式會讀取設定檔。',
  'Sure: 30 s.',
  `The question was: ${question} The answer is 30 s.`,
];

describe('a text', () => {
  it.each(junk)('is no answer: %j', (text, why) => {
    expect(whyNoAnswer(unwrapped(text), { said: [question] })).toMatch(why);
  });

  it.each(answers)('may be an answer: %j', (text) => {
    expect(whyNoAnswer(text, { said: [question] })).toBeNull();
  });

  it('that was submitted may be code', () => {
    expect(whyNoAnswer('```python\nprint(1)\n```', { submitted: true })).toBeNull();
    expect(whyNoAnswer('x = f(1)', { submitted: true })).toBeNull();
    expect(whyNoAnswer('TODO', { submitted: true })).not.toBeNull();
  });

  it('is taken out of a fence that holds all of it', () => {
    expect(unwrapped('```markdown\nIt is 30 s (a.py:3).\n```\n')).toBe('It is 30 s (a.py:3).');
    expect(unwrapped('```python\nx = 1\n```')).toBe('```python\nx = 1\n```');
    expect(unwrapped('```\nprint(grep("x"))\n```')).toBe('```\nprint(grep("x"))\n```');
    expect(unwrapped('Two:\n```\na\n```\n')).toBe('Two:\n```\na\n```');
  });

  it('of any make is judged at once', () => {
    const started = performance.now();
    for (const piece of [
      'to start ',
      '```\n',
      '<',
      '{"name": ',
      "['",
      'I will ',
      '`',
      '(',
      '. ',
      '我',
      '# ',
      '\n- ',
    ]) {
      whyNoAnswer(piece.repeat(20_000 / piece.length), { said: [question] });
      whyNoAnswer(unwrapped(piece.repeat(5_000_000 / piece.length)), { said: [question] });
    }
    // Any expression that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

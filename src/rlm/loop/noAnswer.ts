import { findCitations } from '../citations/findCitations';
import { deniesTools, isPlan, isSorry, saysWhy } from './planWords';

/** A text longer than this is more than a plan that ends it, or an excuse, in characters. */
const longText = 600;

/** Nobody says nothing at such length, in characters. */
const surelyAnswer = 50_000;

/** What a text is measured by that may be an answer. */
export interface AnswerTest {
  /** What the model was asked and told: a text that only repeats it is no answer. */
  readonly said?: readonly string[];
  /** It was submitted by code, so that code in it is meant. */
  readonly submitted?: boolean;
}

/**
 * Why a text is no answer, as a clause for models and people: `it reads as a plan of what to do next`.
 * Null when it may be one: whether it is right is for others to say. A text that cites lines is seldom
 * refused, a long one hardly ever.
 */
export function whyNoAnswer(
  text: string,
  { said = [], submitted = false }: AnswerTest = {},
): string | null {
  const whole = text.trim();
  if (whole.length > surelyAnswer) return null;
  if (!/[\p{L}\p{N}]/u.test(whole)) return 'it is empty';
  if (nothing.test(whole) || placeholder.test(whole)) return 'it is a placeholder';
  if (pythonValue.test(whole)) return 'it is how Python prints a value, not a text for a reader';
  if (/^Traceback \(most recent call last\)/.test(whole)) return 'it is a traceback';
  if (repeats(whole, said)) return 'it only repeats what was asked or told';
  const cites = findCitations(whole).length > 0;
  if (!cites && /^Error: [^\n]{0,500}$/.test(whole)) return 'it is the error of a sub-call';
  if (isToolCall(whole)) return 'it is a tool call; there are no tools here but Python in a fence';
  if (!submitted && isCode(whole)) return 'it is code outside of a fence that is run';
  return whyEmptyTalk(whole, cites);
}

/** The text itself where a model put all of it into one fence of Markdown. */
export function unwrapped(text: string): string {
  const whole = text.trim();
  const [, mark] = /^(`{3,}|~{3,})(?:markdown|md|text|txt|answer)?[ \t]*\n/i.exec(whole) ?? [];
  if (mark === undefined || !whole.endsWith(`\n${mark}`)) return whole;
  const inner = whole.slice(whole.indexOf('\n') + 1, -mark.length).trim();
  return inner === '' || inner.includes(mark) || isCode(inner) ? whole : inner;
}

const nothing = /^(?:None|undefined|NaN|null|nil)$/;
const placeholder =
  /^[[<({*_`"'\s]*(?:(?:TODO|TBD|FIXME|WIP)\b[^\n]{0,60}|placeholder|(?:put |write |insert )?(?:your|the|my|final|full)(?: final| full)? (?:answer|response|text|content)(?: goes| text)?(?: here)?|(?:final )?(?:answer|response|content)(?: goes)?(?: here)?|lorem ipsum[^\n]{0,200}|see above|as above)[\])>}*_`"'.:…!\s]*$/i;

/** Reprs of what is no text: objects, and dictionaries as Python prints them. JSON may be asked for. */
const pythonValue =
  /^(?:<(?:[\w.]+ object|generator|function|bound method|built-in|module|class|coroutine|async_generator|map|filter|zip|repository|Chunk|lazy text|enumerate)\b[^\n]*>|\{'[\s\S]*\}|\[(?:\{'|<|Match\(|File\()[\s\S]*\]|(?:dict_(?:keys|values|items)|defaultdict|Counter|OrderedDict|Match|File|Symbol|Commit)\([\s\S]*\))$/;

function repeats(text: string, said: readonly string[]): boolean {
  if (/^(?:<question>|Turn \d+\/\d+:|REPL output:\n)/.test(text)) return true;
  const plain = squeeze(text.replace(/^(?:question|q|prompt|user)\s*:\s*/i, ''));
  // A short quote from a long question may be what was asked for.
  return said.map(squeeze).some((one) => {
    return plain === one || (one.includes(plain) && plain.length >= 0.6 * one.length);
  });
}

function squeeze(text: string): string {
  return text
    .replace(/[\s*_`>"“”?.]+/g, ' ')
    .trim()
    .toLowerCase();
}

const toolMark =
  /<\/?(?:tool_call|tool_use|tool_code|tool|function_calls?|invoke|execute|use_mcp_tool|antml:invoke)\b|<function[=_]|\[TOOL_CALLS?\]|<\|(?:python_tag|tool\w*|channel)\|>|^[ \t>*]*Action(?: Input)?:|"(?:name|tool|tool_name|function|action)"\s*:\s*"[\w.-]+"\s*,\s*"(?:arguments|parameters|args|input|action_input|tool_input|kwargs)"|"function"\s*:\s*\{|"tool_calls"\s*:/m;

/** A call in one of the forms that models are trained on, with little before it. */
function isToolCall(text: string): boolean {
  // In code spans they are spoken of.
  const mark = toolMark.exec(
    text.replace(/(?<!`)`[^`\n]+`(?!`)/g, (span) => ' '.repeat(span.length)),
  );
  if (!mark) return false;
  const before = text.slice(0, mark.index);
  return before.length <= longText && findCitations(before).length === 0;
}

const codeLabel =
  /^(?:repl|py\w*|\{python\}|ipython|bash|sh|shell|console|zsh|json|xml|tool\w*|code|sql)?$/i;
const ours =
  '(?:grep|read|files|tree|count|search|chunks|llm_query\\w*|rlm_query\\w*|print|git_\\w+|cite|symbols|outline|FINAL\\w*|SHOW_VARS|answer|context)';
const codeLine =
  /^\s*(?:(?:import|from) [\w.]+|(?:async )?(?:def|class|for|while|with|if|elif) .+:\s*(?:#.*)?$|(?:try|else|finally|except.*):\s*$|return\b|await |[\w.[\]"', ]+\s*[-+*/|]?=\s*\S|[\w.]+\(.*\)?,?\s*$|[)\]}]+,?\s*$|[!%]\w)/;
const surelyCode = new RegExp(
  String.raw`^\s*(?:(?:import|from) [\w.]+|[!%]\w|${ours}\s*[([.=]|[\w.[\]"']+\s*[-+*/]?=\s*[^=\s]|(?:for|while|with|def) )`,
);

/** What only code for the REPL has. */
const submits = /^\s*(?:answer\[["']|FINAL(?:_VAR)?\()/m;

/** Nothing but code: a fence that is run nowhere, or bare statements. */
function isCode(text: string): boolean {
  const fences = [
    ...text.matchAll(
      /^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))/gm,
    ),
  ];
  const [first] = fences;
  if (first) {
    const rest = fences.reduce((left, [fence]) => left.replace(fence, ''), text);
    if (!/[\p{L}\p{N}]/u.test(rest)) return codeLabel.test(first[2] ?? '');
    return fences.some(([fence, , label]) => label === 'repl' || submits.test(fence));
  }
  const lines = text.split('\n').filter((line) => /\S/.test(line) && !/^\s*#/.test(line));
  if (lines.length === 0 || !lines.some((line) => surelyCode.test(line))) return false;
  return lines.filter((line) => codeLine.test(line)).length >= 0.9 * lines.length;
}

/** Sentences that say nothing on the matter, around others. */
const aside =
  /^(?:sure|ok(?:ay)?|of course|certainly|absolutely|great(?: question)?|alright|good question|understood|got it|thanks?|thank you|you[’']re (?:absolutely )?right|hello|hi|hey|no problem|apologies)\b[^.!?:\d]{0,60}[.!,]*$|^(?:please|could you|can you|would you|if you (?:can|could|provide|share|tell)|feel free|let me know|i hope)\b|^(?:好的?|当然|明白了?|收到|没问题)[，,。!！]*$|[?？]$|^(?:i(?:[’']ve| have) (?:already )?(?:answered|submitted|provided|given)|(?:the |my |final )?answer (?:has been |is |was )?(?:submitted|above|ready|set|given)|as (?:stated|mentioned|said) (?:above|before)|请(?:提供|告诉|稍))/i;

/** A plan, an excuse or an aside, and nothing else. */
function whyEmptyTalk(text: string, cites: boolean): string | null {
  const sentences = sentencesOf(text);
  if (sentences.length === 0 || (cites && sentences.length > 3)) return null;
  const kinds = sentences.map(kindOf);
  const without = (kind: Kind) => kinds.every((one) => one !== kind);
  if (without('matter')) {
    if (!without('plan')) return aPlan;
    if (!without('sorry')) return 'it reads as an excuse or a refusal that gives no reason';
    // A lone "Sure." may answer a question; what asks back or points elsewhere does not.
    if (text.length > 8) return 'it says nothing on the matter';
  }
  if (cites || text.length > longText) return null;
  return kinds.at(-1) === 'plan' ? aPlan : null;
}

const aPlan = 'it reads as a plan of what to do next';

type Kind = 'plan' | 'sorry' | 'aside' | 'matter';

function kindOf(sentence: string): Kind {
  if (isSorry(sentence)) return saysWhy(sentence) && !deniesTools(sentence) ? 'matter' : 'sorry';
  if (isPlan(sentence)) return 'plan';
  return aside.test(sentence) ? 'aside' : 'matter';
}

/** Without fences, marks of lists, headings and emphasis. */
function sentencesOf(text: string): string[] {
  return text
    .replace(/^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\1|$(?![\s\S]))/gm, '')
    .split(/\n+|(?<=[.!?])\s+|(?<=[。！？])/)
    .map((one) =>
      one
        .replace(/^[\s#>*\-+•\d.)]+(?=\S)|[*_]+/g, '')
        .replace(/\s+$|(?<!\.)\.$|[。:：！!]+$/g, '')
        .trim(),
    )
    .filter((one) => /\p{L}/u.test(one));
}

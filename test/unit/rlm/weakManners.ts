import type { ModelRequest } from '../../host/modelScript';

/** The repository that the weak model is asked about. */
export const weakFiles = {
  'src/client.py':
    '# Sends requests.\n\nTIMEOUT_SECONDS = 30\n\n\ndef send(request):\n    return request.wait(TIMEOUT_SECONDS)\n',
  'src/unrelated.py': 'COLOUR = "blue"\nSHAPE = "round"\n',
  'notes/plan.txt': 'Nothing here is about time.\n',
} as const;

export const weakQuestion = 'How many seconds may a request take before it is given up?';
export const rightAnswer = 'A request may take 30 s: `TIMEOUT_SECONDS = 30` (src/client.py:3).';

/** What a good reply would do next. */
export interface Step {
  readonly name: 'look' | 'read' | 'submit';
  readonly code: string;
}

/** The next step after what the model was shown. */
export function nextStep({ messages }: Pick<ModelRequest, 'messages'>): Step {
  const shown = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const has = (text: string) => shown.some((content) => content.includes(text));
  if (!has('src/client.py:3:')) return { name: 'look', code: 'print(grep("TIMEOUT"))' };
  if (!has('def send(request)')) {
    return { name: 'read', code: 'print(read("src/client.py", 1, 7))' };
  }
  return {
    name: 'submit',
    code: `answer["content"] = ${JSON.stringify(rightAnswer)}\nanswer["ready"] = True`,
  };
}

export function goodReply({ code }: Step): string {
  return fenced(code);
}

const fenced = (code: string, mark = 'repl') =>
  `I take the next step.\n\n\`\`\`${mark}\n${code}\n\`\`\``;
const indented = (text: string, by: string) => text.replace(/^/gm, by);
const submitting = (content: string, before = '') =>
  fenced(`${before}answer["content"] = ${content}\nanswer["ready"] = True`);

/** One habit of less able models. */
export interface Manner {
  readonly name: string;
  reply(step: Step): string;
  /** Steps at which they do so; at any when left out. */
  readonly at?: readonly Step['name'][];
  /** No more than once in a run: what is objected to once passes when it is insisted on. */
  readonly once?: true;
}

const wrapped = (name: string, reply: (code: string) => string): Manner => ({
  name,
  reply: ({ code }) => reply(code),
});
const saying = (name: string, text: string): Manner => ({ name, reply: () => text });
const coding = (name: string, code: string, at?: Manner['at']): Manner => ({
  name,
  reply: () => fenced(code),
  ...(at ? { at } : {}),
});
const call = (code: string) => JSON.stringify({ name: 'python', arguments: { code } });

/** Habits of form, of talk, of submitting and of code. The next one is a line. */
export const manners: readonly Manner[] = [
  // How the code is put.
  wrapped('no label', (code) => fenced(code, '')),
  wrapped('tool_code', (code) => fenced(code, 'tool_code')),
  wrapped('{python}', (code) => fenced(code, '{python}')),
  wrapped('ipython', (code) => fenced(code, 'ipython')),
  wrapped('Python3', (code) => fenced(code, 'Python3')),
  wrapped('a fence after text', (code) => `I look: \`\`\`python\n${code}\n\`\`\``),
  wrapped('a closing mark that is glued on', (code) => `\`\`\`python\n${code}\`\`\``),
  wrapped('an end marker after the fence', (code) => `\`\`\`python\n${code}\n\`\`\`<|im_end|>`),
  wrapped('no closing mark', (code) => `\`\`\`python\n${code}\n`),
  wrapped(
    'a fence in a list',
    (code) => `1. Next:\n${indented(`\`\`\`python\n${code}\n\`\`\``, '   ')}`,
  ),
  wrapped('a fence in a quote', (code) => indented(`\`\`\`python\n${code}\n\`\`\``, '> ')),
  wrapped('tildes', (code) => `~~~python\n${code}\n~~~`),
  wrapped('four backticks', (code) => `\`\`\`\`python\n${code}\n\`\`\`\``),
  wrapped('prompts of an interpreter', (code) => `\`\`\`python\n${indented(code, '>>> ')}\n\`\`\``),
  wrapped('code without a fence', (code) => code),
  wrapped('a tool call in tags', (code) => `<tool_call>${call(code)}</tool_call>`),
  wrapped('a tool call as JSON', (code) => call(code)),
  wrapped('a tool call in a fence', (code) => `\`\`\`json\n${call(code)}\n\`\`\``),
  wrapped('a tool call with a mark', (code) => `[TOOL_CALLS][${call(code)}]`),
  wrapped('execute tags', (code) => `<execute>\n${code}\n</execute>`),
  wrapped('python tags', (code) => `<python>\n${code}\n</python>`),
  wrapped(
    'a function tag',
    (code) => `<function=python><parameter=code>\n${code}\n</parameter></function>`,
  ),
  wrapped('ReAct', (code) => `Thought: I go on.\nAction: python\nAction Input: ${code}`),
  wrapped(
    'invented output',
    (code) => `${fenced(code)}\n\nREPL output:\nsrc/unrelated.py:9: TIMEOUT = 60\n`,
  ),
  wrapped(
    'an invented answer',
    (code) => `${fenced(code)}\n\nOutput:\n60\n\nSo a request may take 60 s.`,
  ),
  wrapped('thoughts', (code) => `<think>I need the timeout.</think>\n${fenced(code)}`),
  wrapped('two fences', (code) => `${fenced('found = 1')}\n${fenced(code)}`),
  wrapped('much talk', (code) => `${'I think about it. '.repeat(200)}\n${fenced(code)}`),
  // Talk in place of code.
  saying('a plan', 'I will now search the repository for the timeout.'),
  saying('a plan in Chinese', '让我先搜索一下代码库中的超时设置。'),
  saying('a plan in German', 'Ich werde zuerst nach dem Zeitlimit suchen.'),
  saying('an excuse', "I'm sorry for the confusion. Let me try again."),
  saying('a refusal', "I'm sorry, but I can't access the repository."),
  saying('the question again', weakQuestion),
  saying('a question back', 'Which request do you mean?'),
  saying('dots', '...'),
  saying(
    'a call of a tool that there is not',
    '{"name": "search_web", "arguments": {"q": "timeout"}}',
  ),
  saying('a guess in words', 'It is probably 60 seconds, as usual.'),
  { name: 'the answer in words', reply: () => rightAnswer, at: ['submit'] },
  {
    name: 'the answer in a fence',
    reply: () => `\`\`\`markdown\n${rightAnswer}\n\`\`\``,
    at: ['submit'],
  },
  // What is submitted, and how.
  {
    name: 'an answer from nothing',
    reply: () => submitting('"It is 60 s."'),
    at: ['look'],
    once: true,
  },
  {
    name: 'a place that nobody saw',
    reply: () => submitting('"It is 60 s (src/unrelated.py:2)."'),
    once: true,
  },
  coding('an empty answer', 'answer["ready"] = True'),
  { name: 'white space', reply: () => submitting('"  \\n"') },
  { name: 'TODO', reply: () => submitting('"TODO"') },
  { name: 'a generator', reply: () => submitting('(line for line in [])') },
  { name: 'a dict', reply: () => submitting('{"seconds": 60}') },
  { name: 'None', reply: () => submitting('f"{None}"') },
  { name: 'a plan that is submitted', reply: () => submitting('"I will look for the timeout."') },
  coding('a text in place of the dict', `answer = ${JSON.stringify(rightAnswer)}`, ['submit']),
  coding('attributes', `answer.content = ${JSON.stringify(rightAnswer)}\nanswer.ready = True`, [
    'submit',
  ]),
  coding('other keys', `answer["Text"] = ${JSON.stringify(rightAnswer)}\nanswer["done"] = "true"`, [
    'submit',
  ]),
  {
    name: 'output with the answer',
    reply: () => submitting(JSON.stringify(rightAnswer), 'print(1)\n'),
    at: ['submit'],
  },
  {
    name: 'FINAL in the text',
    reply: () => `FINAL(${JSON.stringify(rightAnswer)})`,
    at: ['submit'],
  },
  coding('FINAL_VAR', `x = ${JSON.stringify(rightAnswer)}\nFINAL_VAR("x")`, ['submit']),
  // Mistakes in code.
  coding('a shell command', '!grep -rn timeout .'),
  coding(
    'a process',
    'import subprocess\nprint(subprocess.run(["grep", "-rn", "x"], capture_output=True).stdout)',
  ),
  coding('a file', 'print(open("src/client.py").read())'),
  coding('a walk', 'import os\nfor root, _, names in os.walk("."):\n    print(root, names)'),
  coding('context as a text', 'print(context.split("\\n")[:5])'),
  coding('context for re', 'print(re.findall("timeout", context))'),
  coding('context sliced', 'print(context[:500])'),
  coding('context taken', 'context = read("src/unrelated.py")\nprint(context[:5])'),
  coding('grep taken', 'grep = grep("no such word")\nprint(grep.total)'),
  coding('read taken', 'read = read("src/unrelated.py")\nprint(read[:5])'),
  coding('another argument', 'print(grep("x", file_pattern="*.py"))'),
  coding('another function', 'print(read_file("src/client.py"))'),
  coding('await on a batch', 'replies = await llm_query_batched(["a", "b"])\nprint(len(replies))'),
  coding('question and text apart', 'print(llm_query("How long?", read("src/client.py")))'),
  coding('quotes in an f-string', 'd = {"a": 1}\nprint(f"{d["a"]}")'),
  coding('JSON of prose', 'print(llm_query("How long?").json())'),
  coding(
    'the whole question to all',
    `print(len(llm_query_batched([${JSON.stringify(weakQuestion)}] * 3)))`,
  ),
  coding('a syntax error', 'print(grep("x")'),
  coding('an endless text', 'print("x" * 200_000)'),
  coding('the same again', 'print(tree())'),
];

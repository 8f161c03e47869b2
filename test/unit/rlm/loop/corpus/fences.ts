import { type CorpusReply, fence } from './reply';

const look = 'print(grep("needle"))';
const labels = [
  'repl',
  'python',
  'Python3',
  'PY',
  'py3',
  'python3.11',
  'ipython',
  'ipython3',
  'tool_code',
  'tool-code',
  '{python}',
  '{.python .numberLines}',
  '{code-cell} ipython3',
  'language-python',
  'python-repl',
  'repl title="look"',
  'python linenums',
  'code',
  'text',
  'plaintext',
  'interpreter',
  'exec',
  'jupyter',
  'cell',
  'tool',
  '',
];

/** Code in fences of all kinds. */
export const fences: readonly CorpusReply[] = [
  ...labels.map((label) => ({
    name: `a fence marked "${label}"`,
    reply: `I look first.\n\n${fence(look, label)}`,
    cells: [look],
  })),
  { name: 'a fence after text on its line', reply: `Look: ${fence(look)}`, cells: [look] },
  {
    name: 'an unlabelled fence after text on its line',
    reply: `Here is the code:\`\`\`\n${look}\n\`\`\``,
    cells: [look],
  },
  { name: 'a fence on one line', reply: `I look: \`\`\`python ${look}\`\`\``, cells: [look] },
  { name: 'an unlabelled fence on one line', reply: `I look.\n\`\`\`${look}\`\`\``, cells: [look] },
  {
    name: 'code on the line of the label',
    reply: '```python x = 1\nprint(x)\n```',
    cells: ['x = 1\nprint(x)'],
  },
  { name: 'a closing mark glued to code', reply: `\`\`\`repl\n${look}\`\`\``, cells: [look] },
  {
    name: 'a closing mark glued to a comment',
    reply: '```repl\nprint(1)\nx = 2  # for later```\nNow I wait.',
    cells: ['print(1)\nx = 2  # for later'],
  },
  {
    name: 'a comment that speaks of marks',
    reply: '```repl\nx = 1  # not ``` here\nprint(x)\n```',
    cells: ['x = 1  # not ``` here\nprint(x)'],
  },
  ...[
    '<|im_end|>',
    '</s>',
    '<end_of_turn>',
    '<|eot_id|>',
    '<|endoftext|>',
    '<｜end▁of▁sentence｜>',
  ].flatMap((mark) => [
    { name: `a closing mark before ${mark}`, reply: `${fence(look)}${mark}`, cells: [look] },
    { name: `code that ends with ${mark}`, reply: `\`\`\`repl\n${look}${mark}`, cells: [look] },
  ]),
  {
    name: 'a closing mark, and text on its line',
    reply: `${fence(look)} Now I wait.`,
    cells: [look],
  },
  { name: 'a fence that is not closed', reply: `\`\`\`python\n${look}`, cells: [look] },
  {
    name: 'a fence that is not closed, and prose',
    reply: `\`\`\`python\n${look}\n\nThis shows me where it is.`,
    cells: [look],
  },
  { name: 'an unlabelled fence that is not closed', reply: `\`\`\`\n${look}\n`, cells: [look] },
  { name: 'tildes', reply: `~~~python\n${look}\n~~~`, cells: [look] },
  { name: 'four backticks', reply: `\`\`\`\`repl\n${look}\n\`\`\`\``, cells: [look] },
  {
    name: 'four backticks, closed by three',
    reply: `\`\`\`\`repl\n${look}\n\`\`\``,
    cells: [look],
  },
  {
    name: 'three backticks, closed by four',
    reply: `\`\`\`repl\n${look}\n\`\`\`\``,
    cells: [look],
  },
  { name: 'three apostrophes', reply: `'''python\n${look}\n'''`, cells: [look] },
  {
    name: 'a fence in a list',
    reply: `1. First I look.\n\n   \`\`\`python\n   for hit in grep("needle"):\n       print(hit)\n   \`\`\`\n`,
    cells: ['for hit in grep("needle"):\n    print(hit)'],
  },
  {
    name: 'a fence behind the mark of a list',
    reply: `- \`\`\`python\n  ${look}\n  \`\`\``,
    cells: [look],
  },
  {
    name: 'a fence in a block quote',
    reply: '> I look.\n> ```python\n> for hit in grep("needle"):\n>     print(hit)\n> ```\n',
    cells: ['for hit in grep("needle"):\n    print(hit)'],
  },
  {
    name: 'a fence that is indented as a whole',
    reply: '        ```repl\n        x = 1\n        if x:\n            print(x)\n        ```',
    cells: ['x = 1\nif x:\n    print(x)'],
  },
  {
    name: 'code that is indented in a fence that is not',
    reply: '```repl\n    x = 1\n    print(x)\n```',
    cells: ['x = 1\nprint(x)'],
  },
  {
    name: 'tabs',
    reply: '```repl\n\tif context:\n\t\tprint(1)\n```',
    cells: ['if context:\n\tprint(1)'],
  },
  {
    name: 'a fence in a triple-quoted string',
    reply: fence('text = """\n```js\nlet a\n```\n"""\nprint(len(text))'),
    cells: ['text = """\n```js\nlet a\n```\n"""\nprint(len(text))'],
  },
  {
    name: 'a Python fence in a triple-quoted string',
    reply: fence("text = '''# How\n\n```python\nrun()\n```\n'''\nprint(len(text))"),
    cells: ["text = '''# How\n\n```python\nrun()\n```\n'''\nprint(len(text))"],
  },
  {
    name: 'marks in a string',
    reply: fence('print(context.count("```"), "``` # no end")'),
    cells: ['print(context.count("```"), "``` # no end")'],
  },
  {
    name: 'an apostrophe in a comment',
    reply: fence("# don't stop\nprint(1)"),
    cells: ["# don't stop\nprint(1)"],
  },
  {
    name: 'Windows line ends',
    reply: '```repl\r\nx = 1\r\nprint(x)\r\n```\r\n',
    cells: ['x = 1\nprint(x)'],
  },
  { name: 'a byte order mark', reply: `\ufeff${fence(look)}`, cells: [look] },
  { name: 'a byte order mark in the fence', reply: fence(`\ufeff${look}`), cells: [look] },
  {
    name: 'zero-width spaces',
    reply: fence('print(\u200bgrep("needle"))\u200b'),
    cells: [look],
  },
  {
    name: 'no-break spaces',
    reply: fence('x\u00a0=\u00a01\nprint(x)'),
    cells: ['x = 1\nprint(x)'],
  },
  { name: 'typographic quotes', reply: fence('print(grep(“needle”))'), cells: [look] },
  {
    name: 'single typographic quotes',
    reply: fence('print(grep(‘needle’))'),
    cells: ["print(grep('needle'))"],
  },
  {
    name: 'typographic quotes that are text',
    reply: fence('print("He said “yes”, didn’t he?")'),
    cells: ['print("He said “yes”, didn’t he?")'],
  },
  {
    name: 'entities of HTML',
    reply: fence('if len(context) &gt; 3:\n    print(1)'),
    cells: ['if len(context) > 3:\n    print(1)'],
  },
  {
    name: 'an interactive session',
    reply: fence('>>> x = grep("needle")\n>>> for hit in x:\n...     print(hit)', 'pycon'),
    cells: ['x = grep("needle")\nfor hit in x:\n    print(hit)'],
  },
  {
    name: 'an interactive session with output that was made up',
    reply: fence('>>> print(1 + 1)\n2\n>>> FINAL("2")', 'pycon'),
    cells: ['print(1 + 1)'],
  },
  {
    name: "a notebook's prompts",
    reply: fence('In [1]: print(1)', 'ipython'),
    cells: ['print(1)'],
  },
  {
    name: 'two fences, the second relying on the first',
    reply: `${fence('hits = grep("needle")')}\n\nThen I print them.\n\n${fence('print(hits)', 'python')}`,
    cells: ['hits = grep("needle")', 'print(hits)'],
  },
  {
    name: 'two unlabelled fences, the second relying on the first',
    reply: `${fence('hits = grep("needle")', '')}\n\nand\n\n${fence('print(hits)', '')}`,
    cells: ['hits = grep("needle")', 'print(hits)'],
  },
  {
    name: 'a fence that was not closed before the next',
    reply: '```repl\nx = 1\n\n```repl\nprint(x)\n```',
    cells: ['x = 1', 'print(x)'],
  },
  {
    name: 'a mark that was left over before a fence',
    reply: `\`\`\`\nI look.\n${fence(look)}`,
    cells: [look],
  },
  {
    name: 'a fence that fails, and another',
    reply: `${fence('1 / 0')}\n${fence('print(2)')}`,
    cells: ['1 / 0'],
  },
  {
    name: 'no fence at all',
    reply: 'hits = grep("needle")\nprint(hits)',
    cells: ['hits = grep("needle")\nprint(hits)'],
  },
  {
    name: 'no fence, and a sentence before',
    reply: 'I look for it.\n\nhits = grep("needle")\nprint(hits)',
    cells: ['hits = grep("needle")\nprint(hits)'],
  },
  { name: 'a span of code', reply: `\`${look}\``, cells: [look] },
  {
    name: 'prompts without a fence',
    reply: '>>> print(grep("needle"))',
    cells: [look],
  },
];

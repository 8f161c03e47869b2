import { type CorpusReply, fence } from './reply';

const look = 'print(grep("needle"))';
const rest = `\n\nSo I know it.\n\n${fence('print("from what was made up")')}\nFINAL("3")`;
const introductions: readonly (readonly [name: string, text: string])[] = [
  ['"Output:" and a fence', '\n\nOutput:\n```\n3\n```'],
  ['"Output:" and a line', '\nOutput: 3'],
  ['"REPL output:"', '\n\nREPL output:\n3\n\nVariables: (none)'],
  ['bold letters', '\n\n**Output:**\n3'],
  ['a heading', '\n\n### Output:\n3'],
  ['"The output is:"', '\n\nThe output is:\n3'],
  ['"Expected output:"', '\n\nExpected output:\n```text\n3\n```'],
  ['a sentence about what it prints', '\n\nThis prints:\n```\n3 matches\n```'],
  ['a fence marked output', '\n\n```output\n3\n```'],
  ['a fence marked stdout', '\n\n```stdout\n3\n```'],
  ['an unlabelled fence', '\n```\n3 matches\n```'],
  ['a fence marked console', '\n```console\n3 matches\n```'],
  ['a notebook’s output', '\nOut[1]: 3'],
  ['R’s output', '\n[1] "3 matches"'],
  ['a tag', '\n<output>\n3\n</output>'],
  ['a tag of a tool', '\n<tool_response>\n3\n</tool_response>'],
  ['an observation', '\nObservation: 3'],
  ['the turn of a user', '<|im_end|>\n<|im_start|>user\n3\n<|im_start|>assistant'],
  ['the turn of a user, by Gemma', '<end_of_turn>\n<start_of_turn>user\n3'],
  ['the turn of a user, in words', '\n\nUser: 3\n\nAssistant: I see.'],
  ['the next turn', '\n\nTurn 2/30: Go on, or submit the answer.'],
  ['a heading without a colon', '\n\n## Output\n\n3 matches'],
  ['brackets', '\n[Execution output]\n3'],
  ['round brackets', '\n(Output: 3 matches)'],
  ['what the REPL returned', '\nThe REPL returned:\n3'],
  ['what came of it', '\nAfter running this, I see:\n```\n3\n```'],
  ['a prompt', '\n>>> 3'],
];

/** Replies that go on with what the model can't know. */
export const inventions: readonly CorpusReply[] = [
  ...introductions.map(([name, text]) => ({
    name: `${name} after a fence, and more code`,
    reply: `I look.\n\n${fence(look)}${text}${rest}`,
    cells: [look],
    invented: true,
  })),
  {
    name: 'output in a fence that was not closed',
    reply: `\`\`\`repl\n${look}\n\nOutput:\n3 matches\n\nFINAL("3")`,
    cells: [look],
    invented: true,
  },
  {
    name: 'output alone',
    reply: `${fence(look)}\n\nOutput:\n3 matches`,
    cells: [look],
    invented: true,
  },
  {
    name: 'output after a call',
    reply: `<tool_call>{"name": "grep", "arguments": {"pattern": "needle"}}</tool_call>\n<tool_response>3</tool_response>\nFINAL("3")`,
    cells: ['print(grep(pattern="needle"))'],
    invented: true,
  },
  {
    name: 'a submission after output',
    reply: `${fence(look)}\n\nOutput:\n\`\`\`\n3\n\`\`\`\n\nFINAL(There are 3.)`,
    cells: [look],
    invented: true,
  },
  {
    name: 'a word about output before any code',
    reply: `Output: I want to see all of it.\n\n${fence(look)}`,
    cells: [look],
    invented: false,
  },
  {
    name: 'a template’s words before any code',
    reply: `<|im_start|>assistant\n${fence(look)}`,
    cells: [look],
    invented: false,
  },
  {
    name: 'prose after the code',
    reply: `${fence(look)}\n\nI wait for what it prints, then I decide.`,
    cells: [look],
    invented: false,
  },
];

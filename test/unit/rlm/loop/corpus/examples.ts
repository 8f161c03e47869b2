import { type CorpusReply, fence } from './reply';

/** Text that is no code to run, whatever it looks like. */
export const examples: readonly CorpusReply[] = [
  { name: 'an answer in words', reply: 'It is blue, as a.ts:3 says.', cells: [] },
  { name: 'nothing', reply: '', cells: [] },
  { name: 'a word', reply: 'context', cells: [] },
  { name: 'JSON', reply: fence('{"name": "fathom", "version": "1.0.0"}', 'json'), cells: [] },
  { name: 'JSON without a label', reply: fence('{"retries": 3, "strict": true}', ''), cells: [] },
  { name: 'a list of JSON', reply: fence('["a", "b"]', ''), cells: [] },
  {
    name: 'a configuration with arguments',
    reply: fence('{"name": "Launch", "type": "node", "args": ["--watch"]}', 'json'),
    cells: [],
  },
  { name: 'shell', reply: fence('npm test', 'sh'), cells: [] },
  { name: 'shell without a label', reply: fence('grep -rn needle src | head', ''), cells: [] },
  { name: 'one word of shell', reply: fence('ls', ''), cells: [] },
  { name: 'the word of a function', reply: fence('files', ''), cells: [] },
  { name: 'TypeScript', reply: fence('const a: number = read("a");', 'ts'), cells: [] },
  { name: 'JavaScript that is Python, too', reply: fence('search("needle");', 'js'), cells: [] },
  {
    name: 'TypeScript without a label',
    reply: fence('const hits = await search("x");', ''),
    cells: [],
  },
  { name: 'JavaScript without a label', reply: fence('console.log(files())', ''), cells: [] },
  { name: 'a quoted file', reply: fence('print(files())', 'src/main.py'), cells: [] },
  {
    name: 'Python without a label that needs what is not there',
    reply: fence('import os\nserve(os.name)', ''),
    cells: [],
  },
  {
    name: 'a definition without a label',
    reply: fence('def limit():\n    return 30', ''),
    cells: [],
  },
  { name: 'SQL', reply: fence('select * from files', 'sql'), cells: [] },
  { name: 'a diff', reply: fence('- print(1)\n+ print(2)', 'diff'), cells: [] },
  {
    name: 'Markdown with a fence',
    reply: '````markdown\nUse it:\n\n```python\nprint(files())\n```\n````',
    cells: [],
  },
  {
    name: 'Markdown with a fence of the same length',
    reply: '```markdown\nUse it:\n\n```python\nprint(files())\n```\n\nDone.\n```\n\nThat is all.',
    cells: [],
  },
  {
    name: 'a tag that is spoken of',
    reply: 'It is put between `<python>` and `</python>`.',
    cells: [],
  },
  { name: 'HTML', reply: 'The name <code>limit</code> is set once.', cells: [] },
  { name: 'a call that is spoken of', reply: 'Models write `<tool_call>` before it.', cells: [] },
  { name: 'a heading called Action', reply: 'Action: mend the limit in a.ts:3.', cells: [] },
  { name: 'a function that is spoken of', reply: 'The function `grep("x")` does it.', cells: [] },
  { name: 'a span within a sentence', reply: 'Write ```print(1)``` to see it.', cells: [] },
  { name: 'a list of steps', reply: '1. Read a.ts.\n2. Change the limit.\n', cells: [] },
];

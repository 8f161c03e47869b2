import { type CorpusReply, fence } from './reply';

const put = 'answer["content"] = "It is blue."';

/** Submissions in the text, and in cells. */
export const submissions: readonly CorpusReply[] = [
  {
    name: 'in quotes',
    reply: 'I know.\nFINAL("It is blue.")',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'in three quotes, with lines',
    reply: 'FINAL("""It is:\n\n- blue (see a.ts:3)\n""")',
    cells: ['FINAL("""It is:\n\n- blue (see a.ts:3)\n""")'],
    answer: 'It is:\n\n- blue (see a.ts:3)\n',
  },
  {
    name: 'prose without quotes',
    reply: 'FINAL(The limit is 30 s (see a.ts:3), and it can’t be set.)',
    cells: ['FINAL("The limit is 30 s (see a.ts:3), and it can’t be set.")'],
    answer: 'The limit is 30 s (see a.ts:3), and it can’t be set.',
  },
  {
    name: 'prose with an apostrophe',
    reply: "FINAL(It's blue, isn't it)",
    cells: ['FINAL("It\'s blue, isn\'t it")'],
    answer: "It's blue, isn't it",
  },
  {
    name: 'prose with lines and a fence',
    reply: 'FINAL(It is set here:\n\n```python\nlimit = 30\n```\n\nNowhere else.)',
    cells: [
      `FINAL(${JSON.stringify('It is set here:\n\n```python\nlimit = 30\n```\n\nNowhere else.')})`,
    ],
    answer: 'It is set here:\n\n```python\nlimit = 30\n```\n\nNowhere else.',
  },
  { name: 'a word', reply: 'FINAL(Blue)', cells: ['FINAL("Blue")'], answer: 'Blue' },
  { name: 'yes', reply: 'FINAL(yes)', cells: ['FINAL("yes")'], answer: 'yes' },
  { name: 'a figure', reply: 'FINAL(42)', cells: ['FINAL(42)'], answer: '42' },
  {
    name: 'a place',
    reply: 'FINAL(src/a.ts:12)',
    cells: ['FINAL("src/a.ts:12")'],
    answer: 'src/a.ts:12',
  },
  {
    name: 'a path',
    reply: 'FINAL(src/main.py)',
    cells: ['FINAL("src/main.py")'],
    answer: 'src/main.py',
  },
  {
    name: 'prose in quotes that has quotes',
    reply: 'FINAL("He said "blue" to me.")',
    cells: ['FINAL("He said \\"blue\\" to me.")'],
    answer: 'He said "blue" to me.',
  },
  {
    name: 'prose in quotes, with lines',
    reply: 'FINAL("It is blue.\nAnd round.")',
    cells: ['FINAL("It is blue.\\nAnd round.")'],
    answer: 'It is blue.\nAnd round.',
  },
  {
    name: 'typographic quotes',
    reply: 'FINAL(“It is blue.”)',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'a bracket that is not closed',
    reply: 'FINAL(It is blue.',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'the answer after a fence',
    reply: `${fence(put)}\n\nFINAL(answer)`,
    cells: [put, 'FINAL(answer)'],
    answer: 'It is blue.',
  },
  {
    name: 'the answer before a fence',
    reply: `FINAL(answer)\n\n${fence(put)}`,
    cells: [put, 'FINAL(answer)'],
    answer: 'It is blue.',
  },
  {
    name: 'the answer in a cell',
    reply: fence(`${put}\nFINAL(answer)`),
    cells: [`${put}\nFINAL(answer)`],
    answer: 'It is blue.',
  },
  {
    name: 'the content of the answer',
    reply: `${fence(put)}\nFINAL(answer["content"])`,
    cells: [put, 'FINAL(answer["content"])'],
    answer: 'It is blue.',
  },
  {
    name: 'a variable after a fence',
    reply: `${fence('result = "blue"')}\nFINAL_VAR(result)`,
    cells: ['result = "blue"', 'FINAL_VAR(result)'],
    answer: 'blue',
  },
  {
    name: 'a variable by its name',
    reply: `${fence('result = "blue"')}\nFINAL_VAR("result")`,
    cells: ['result = "blue"', 'FINAL_VAR("result")'],
    answer: 'blue',
  },
  {
    name: 'the variable of one word in a cell',
    reply: fence('x = "done"\nFINAL_VAR(x)'),
    cells: ['x = "done"\nFINAL_VAR(x)'],
    answer: 'done',
  },
  {
    name: 'a value of one word',
    reply: fence('d = {"k": "do" + "ne"}\nFINAL_VAR(d["k"])'),
    cells: ['d = {"k": "do" + "ne"}\nFINAL_VAR(d["k"])'],
    answer: 'done',
  },
  {
    name: 'the answer by FINAL_VAR',
    reply: fence(`${put}\nFINAL_VAR("answer")`),
    cells: [`${put}\nFINAL_VAR("answer")`],
    answer: 'It is blue.',
  },
  {
    name: 'prose by FINAL_VAR',
    reply: 'FINAL_VAR(It is blue.)',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'prose in a cell',
    reply: fence('x = 1\nFINAL(It is blue, all of it.)'),
    cells: ['x = 1\nFINAL("It is blue, all of it.")'],
    answer: 'It is blue, all of it.',
  },
  {
    name: 'a word in a cell',
    reply: fence('FINAL(Blue)'),
    cells: ['FINAL("Blue")'],
    answer: 'Blue',
  },
  {
    name: 'in bold',
    reply: '**FINAL("It is blue.")**',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'as a span',
    reply: '`FINAL("It is blue.")`',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'after a label',
    reply: 'Final answer: FINAL(It is blue.)',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'before the end of the turn',
    reply: 'FINAL(It is blue.)<|im_end|>',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'a variable that does not exist',
    reply: 'FINAL(final_answer)',
    cells: ['FINAL(final_answer)'],
  },
  {
    name: 'an expression with a name that does not exist',
    reply: 'FINAL("\\n".join(parts))',
    cells: ['FINAL("\\n".join(parts))'],
  },
  { name: 'a mention', reply: 'FINAL(x) is what I call later.', cells: [] },
  { name: 'a mention within a line', reply: 'Then I call FINAL(x) later.', cells: [] },
  {
    name: 'by assignment without a fence',
    reply: 'answer["content"] = "It is blue."\nanswer["ready"] = True',
    cells: ['answer["content"] = "It is blue."\nanswer["ready"] = True'],
    answer: 'It is blue.',
  },
  {
    name: 'after a cell that failed',
    reply: `${fence('1 / 0')}\nFINAL(It is blue.)`,
    cells: ['1 / 0'],
  },
];

import { describe, expect, it } from 'vitest';
import { partThoughts, ThoughtFilter } from '../../../src/models/thoughts';
import { seededRandom } from '../../host/seededRandom';

const fence = '```';
const cell = `${fence}repl\nprint(1)\n${fence}`;

/** What a model wrote, what of it is the reply, and what is thought. */
const cases: readonly (readonly [name: string, whole: string, text: string, thoughts: string])[] = [
  ['nothing', '', '', ''],
  ['no thought', 'Yes.', 'Yes.', ''],
  ['a thought', '<think>Hm.</think>Yes.', 'Yes.', 'Hm.'],
  ['a thought on lines of its own', '<think>\nHm.\n</think>\n\nYes.', 'Yes.', 'Hm.'],
  ['white space before it', '\n\n <think>Hm.</think> Yes.', 'Yes.', 'Hm.'],
  ['an empty thought', '<think>\n\n</think>\n\nYes.', 'Yes.', ''],
  [
    'two thoughts',
    '<think>Hm.</think>\nYes.\n<think>Or not.</think>\nStill yes.',
    'Yes.\n\nStill yes.',
    'Hm.\n\nOr not.',
  ],
  [
    'a thought after some words',
    'Let me see.\n<think>Hm.</think>\nYes.',
    'Let me see.\n\nYes.',
    'Hm.',
  ],
  ['a thought that does not end', '<think>Hm. Yes', '', 'Hm. Yes'],
  ['a lone end', 'Hm.\n</think>\n\nYes.', 'Yes.', 'Hm.'],
  ['a lone end at the end', 'Hm.</think>', '', 'Hm.'],
  [
    'code in a thought',
    `<think>I could run\n${cell}\nbut why?</think>\nYes.`,
    'Yes.',
    `I could run\n${cell}\nbut why?`,
  ],
  ['code after a thought', `<think>Hm.</think>\n${cell}`, cell, 'Hm.'],
  [
    'code that the thought did not end',
    `<think>Try\n${fence}repl\nprint(1)\n</think>\n${cell}`,
    cell,
    `Try\n${fence}repl\nprint(1)`,
  ],
  [
    'a tag in code of a thought',
    `<think>As in\n${fence}\n</think>\n${fence}\nis it.</think>Yes.`,
    'Yes.',
    `As in\n${fence}\n</think>\n${fence}\nis it.`,
  ],
  ['NONE after a thought', '<think>Nothing here.</think>NONE', 'NONE', 'Nothing here.'],
  ...(
    [
      ['<thinking>', '</thinking>'],
      ['<thought>', '</thought>'],
      ['<reasoning>', '</reasoning>'],
      ['<seed:think>', '</seed:think>'],
      ['[THINK]', '[/THINK]'],
      ['◁think▷', '◁/think▷'],
    ] as const
  ).map(([open, close]) => [open, `${open}Hm.${close}\nYes.`, 'Yes.', 'Hm.'] as const),
  [
    'marks of an answer',
    '<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>',
    'Yes.',
    'Hm.',
  ],
  [
    'marks of a solution',
    '<|begin_of_thought|>Hm.<|end_of_thought|>\n<|begin_of_solution|>Yes.<|end_of_solution|>',
    'Yes.',
    'Hm.',
  ],
  [
    'channels',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>',
    'Yes.',
    'Hm.',
  ],
  [
    'a call in a channel of thoughts',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>analysis to=python code<|message|>print(1)<|call|>',
    '<tool_call>\n{"name":"python","arguments":"print(1)"}\n</tool_call>',
    'Hm.',
  ],
  ['a channel that does not end', '<|channel|>analysis<|message|>Hm. Yes', '', 'Hm. Yes'],
  [
    'several channels',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>analysis<|message|>Or not.<|end|><|start|>assistant<|channel|>final<|message|>Yes.',
    'Yes.',
    'Hm.\n\nOr not.',
  ],
  [
    'channels without their words',
    'analysisWe need to look. assistantfinalYes.',
    'Yes.',
    'We need to look.',
  ],
  // A reply may speak of all this.
  [
    'a tag in a sentence',
    'It looks for <think> and </think> in the text.',
    'It looks for <think> and </think> in the text.',
    '',
  ],
  [
    'a tag in code',
    `It has\n${fence}\n<think>\nHm.\n</think>\n${fence}`,
    `It has\n${fence}\n<think>\nHm.\n</think>\n${fence}`,
    '',
  ],
  [
    'a tag in backticks at the end of a line',
    'It ends at `</think>`\nthen.',
    'It ends at `</think>`\nthen.',
    '',
  ],
  ['a tag in quotes that begins a line', '"</think>"\nends it.', '"</think>"\nends it.', ''],
  [
    'a tag that begins a line and does not end',
    'The tags:\n<think> begins it.',
    'The tags:\n<think> begins it.',
    '',
  ],
  ['an analysis', 'analysis of the code: fine', 'analysis of the code: fine', ''],
  ['a title', 'Analysis\nThe assistantfinal step.', 'Analysis\nThe assistantfinal step.', ''],
];

describe('thoughts', () => {
  it.each(cases)('are set aside: %s', (_, whole, text, thoughts) => {
    expect(partThoughts(whole)).toEqual({ text, thoughts });
  });

  const begun = cases.filter(([, whole]) => /^\s*(?:<|\[|◁).{3,40}Hm/s.test(whole));
  it.each(begun)('are not shown while they come: %s', (_, whole) => {
    for (const size of [1, 3, 1_000]) {
      const filter = new ThoughtFilter();
      let shown = '';
      for (let start = 0; start < whole.length; start += size) {
        shown += filter.next(whole.slice(start, start + size));
      }
      expect(shown).not.toContain('Hm');
    }
  });

  it('of any sort neither throw nor hang, nor are lost', () => {
    const random = seededRandom(13);
    const pieces = [
      '<think>',
      '</think>',
      '\n',
      fence,
      '`',
      '"',
      'a',
      ' ',
      '[THINK]',
      '[/THINK]',
      '<|channel|>',
      'analysis',
      'final',
      '<|message|>',
      '<|end|>',
      'assistantfinal',
    ];
    for (let run = 0; run < 10_000; run += 1) {
      const whole = Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () => pieces[Math.floor(random() * pieces.length)],
      ).join('');
      const { text, thoughts } = partThoughts(whole);
      const letters = (said: string) => said.replace(/[^a]/g, '').length;
      if (!/channel|final|analysis/.test(whole))
        expect(letters(text) + letters(thoughts)).toBe(letters(whole));
    }
  });

  it.each([
    '<think>',
    '</think>\n',
    '<think></think>\n',
    '\n```\n<think>',
    '<|channel|>analysis<|message|>',
    '`</think>',
  ])('take time linear in the length of a hostile reply: %j', (piece) => {
    // Quadratic, a million characters would take longer than the test may.
    expect(partThoughts(piece.repeat(1_000_000 / piece.length))).toBeDefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  isOverview,
  questionTerms,
  termOf,
  widerTerms,
} from '../../../../src/models/offline/questionTerms';
import { stemPattern } from '../../../../src/models/offline/stem';

const labels = (question: string): readonly string[] =>
  questionTerms(question).terms.map(({ label }) => label);

describe('questionTerms', () => {
  it('keeps the words that say what is asked for', () => {
    expect(labels('Where are cells executed, and what limits them?')).toEqual([
      'cells',
      'executed',
      'limits',
    ]);
  });

  it('keeps names, paths, flags and what is quoted whole', () => {
    expect(
      labels(
        'Does `run.question` or maxTokens in src/rlm/request.ts raise "no such file" with --max-cost and foo()?',
      ),
    ).toEqual([
      'run.question',
      'no such file',
      'maxTokens',
      'src/rlm/request.ts',
      '--max-cost',
      'foo',
      'raise',
    ]);
  });

  it('does not take an abbreviation for a name, nor an apostrophe for a quote', () => {
    expect(labels("What's the user's budget, e.g. the provider's?")).toEqual([
      'user',
      'budget',
      'provider',
    ]);
  });

  it('counts a word once, in whatever forms it stands', () => {
    expect(labels('Is a retry retried, and are retries limited?')).toEqual(['retry', 'limited']);
  });

  it('lets words that any code is full of count for less', () => {
    const { terms } = questionTerms('Which function reads secrets?');
    expect(terms.map(({ label, care }) => [label, care])).toEqual([
      ['function', 0.4],
      ['reads', 0.4],
      ['secrets', 1],
    ]);
  });

  it('looks for what programmers call it', () => {
    const [term] = questionTerms('Where are directories?').terms;
    for (const text of ['directory', 'directories', 'workFolder', 'dir']) {
      expect(text).toMatch(stemPattern(term?.stems ?? []));
    }
    expect(labels('What if a test takes too long?')).toContain('timeout');
  });

  it('drops the mention of the project itself', () => {
    expect(labels('Where in this repository is the price computed?')).toEqual([
      'price',
      'computed',
    ]);
  });

  it('splits text without spaces into its words', () => {
    expect(labels('どこでファイルを読みますか')).toContain('ファイル');
  });

  it('knows when tests or documentation are asked for', () => {
    expect(questionTerms('Which tests cover the parser?').aboutTests).toBe(true);
    expect(questionTerms('Which code parses?').aboutTests).toBe(false);
    expect(questionTerms('Is it in the README?').aboutDocs).toBe(true);
  });

  it('finds nothing in a question without words', () => {
    expect(labels('??? ...')).toEqual([]);
  });

  it('takes a name apart when it has to look wider', () => {
    expect(widerTerms('Where is `runQuestion`?').terms.map(({ label }) => label)).toEqual([
      'run',
      'question',
    ]);
  });

  it('gets the same term back from its label', () => {
    const question = 'Where does maxTokens limit directories in src/a b.ts or "x y"?';
    for (const term of questionTerms(question).terms) expect(termOf(term.label)).toEqual(term);
  });
});

describe('isOverview', () => {
  it.each(['What is this?', 'What does this project do?', 'Summarize the document.', '?'])(
    'is true for: %s',
    (question) => {
      expect(isOverview(question)).toBe(true);
    },
  );

  it.each(['Where are files read?', 'What is a kernel?'])('is false for: %s', (question) => {
    expect(isOverview(question)).toBe(false);
  });
});

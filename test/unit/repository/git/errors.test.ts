import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { everythingGitSays, git, type HostileFolder, hostileFolder, secret } from './gitFixture';

/** What Git says of the first bytes of an index that is none. */
const signature = Buffer.from(secret.slice(0, 4)).reverse().toString('hex');

/** Parts of a Git folder that are links to a file of the user, whose text Git quotes in its complaints. */
const links: readonly {
  readonly part: string;
  /** What the file begins with, so that Git gets as far as quoting it. */
  readonly text?: string;
  /** A plain Git command that quotes it; null where Git says nothing of the text. */
  readonly control: readonly string[] | null;
  readonly quoted?: string;
  prepare?(hostile: HostileFolder): Promise<void>;
}[] = [
  { part: 'objects/info/alternates', control: ['log'] },
  { part: 'packed-refs', control: ['log'] },
  { part: 'shallow', control: ['log'] },
  { part: 'info/grafts', control: ['log'] },
  { part: 'index', text: secret.repeat(9), control: ['diff', 'HEAD'], quoted: signature },
  { part: 'config', text: `[${secret}\n`, control: null },
  { part: 'config', text: `[core]\nrepositoryformatversion=9${secret}\n`, control: ['log'] },
  { part: 'HEAD', control: null },
  { part: 'HEAD', text: `ref: refs/heads/${secret}\n`, control: null },
  { part: 'refs/heads/main', control: null },
  {
    part: 'refs/heads/main',
    text: `ref: refs/heads/${secret}\n`,
    control: ['rev-parse', '--symbolic-full-name', 'main'],
    prepare: ({ top }) =>
      git(top, 'update-ref', `refs/heads/${secret}`, 'HEAD').then(() => undefined),
  },
  { part: 'objects/info/commit-graph', control: null },
  { part: 'MERGE_HEAD', control: null },
  { part: 'commondir', control: null },
  { part: '../.git', text: `gitdir: /${secret}\n`, control: ['log'] },
  { part: '../.git', control: null },
];

describe.skipIf(process.platform === 'win32')(
  'a file of the user is not quoted in errors, linked as',
  () => {
    let hostile: HostileFolder;

    beforeEach(async () => {
      hostile = await hostileFolder();
    });

    afterEach(() => hostile[Symbol.asyncDispose]());

    it.each(links)('$part: $text', async ({ part, text, control, quoted = secret, prepare }) => {
      if (text !== undefined) await writeFile(hostile.token, text);
      await prepare?.(hostile);
      const place = join(hostile.top, '.git', part);
      await mkdir(join(place, '..'), { recursive: true });
      await rm(place, { recursive: true, force: true });
      await symlink(hostile.token, place);

      const repository = await openRepository([hostile.top], { ripgrep: rgPath });
      const said = await everythingGitSays(repository);
      expect(said).not.toContain(secret);
      expect(said).not.toContain(signature);
      // What is never looked at is in the way of nothing.
      expect(said.includes('error: ')).toBe(!part.includes('info/'));
      if (control === null) return;
      const plain = await execa('git', control, {
        cwd: hostile.top,
        stdin: 'ignore',
        reject: false,
        all: true,
      });
      expect(plain.all, 'plain Git quotes it').toContain(quoted);
    });

    it.each([
      ['objects/info/alternates', `/nowhere/${secret}\n`, ['log']],
      ['packed-refs', `${secret}\n`, ['log']],
      ['shallow', `${secret}\n`, ['log']],
      ['HEAD', `ref: refs/heads/${secret}\n`, ['log']],
    ] as const)("nor is the repository's own text, as of %s", async (part, text, control) => {
      const place = join(hostile.top, '.git', part);
      await mkdir(join(place, '..'), { recursive: true });
      await writeFile(place, text);
      const repository = await openRepository([hostile.top], { ripgrep: rgPath });
      expect(await everythingGitSays(repository)).not.toContain(secret);
      const plain = await execa('git', control, { cwd: hostile.top, reject: false, all: true });
      expect(plain.all).toContain(secret);
    });
  },
);

import { appendFile, chmod, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveExecutable } from '../../../../src/ground/resolveExecutable';
import { isTooOld } from '../../../../src/repository/git/gitPrograms';
import { openRepository } from '../../../../src/repository/openRepository';
import { calm } from '../workspaceFolder';
import { everythingGitSays, git, type HostileFolder, hostileFolder } from './gitFixture';

/** A way to make Git run a program, and what a user would do to fall for it. */
interface Attack {
  readonly name: string;
  /** Prepares the repository; `trap` is the program. */
  prepare(hostile: HostileFolder, trap: string): Promise<void>;
  /** A plain Git command that runs the program. */
  readonly control: readonly string[];
}

/** Adds to the repository's configuration, byte by byte. */
function configure(top: string, text: string): Promise<void> {
  return appendFile(join(top, '.git', 'config'), Buffer.from(text, 'latin1'));
}

function attributes(top: string, text: string): Promise<void> {
  return writeFile(join(top, '.gitattributes'), Buffer.from(text, 'latin1'));
}

const diff = ['diff', 'HEAD', '--'];

/** A setting, with the attributes that make it count. */
function setting(name: string, text: (trap: string) => string, given = '', control = diff): Attack {
  return {
    name,
    control,
    async prepare({ top }, trap) {
      await configure(top, text(trap));
      if (given !== '') await attributes(top, given);
    },
  };
}

const attacks: readonly Attack[] = [
  setting('a filter', (trap) => `[filter "x"]\nclean=${trap}\n`, '* filter=x\n'),
  setting(
    'a filter whose name is not UTF-8',
    (trap) => `[filter "x\xff"]\nclean=${trap}\n`,
    '* filter=x\xff\n',
  ),
  setting(
    'a filter behind 9 MB of other settings',
    (trap) =>
      `${`[a "${'b'.repeat(900)}"]\nc=${'d'.repeat(90)}\n`.repeat(9_000)}[filter "x"]\nclean=${trap}\n`,
    '* filter=x\n',
  ),
  setting(
    'a filter that is required',
    (trap) => `[filter "a=b.c"]\nclean=${trap}\nrequired\n`,
    '* filter=a=b.c\n',
  ),
  setting('a filter that stays open', (trap) => `[filter "x"]\nprocess=${trap}\n`, '* filter=x\n'),
  setting(
    'large file storage',
    (trap) => `[filter "lfs"]\nclean=${trap} %f\nrequired=true\n`,
    '*.txt filter=lfs\n',
  ),
  setting('a watcher of files', (trap) => `[core]\nfsmonitor=${trap}\n`, '', ['status']),
  setting('an external diff', (trap) => `[diff]\nexternal=${trap}\n`),
  setting('a diff driver', (trap) => `[diff "x"]\ncommand=${trap}\n`, '* diff=x\n'),
  setting('a text converter', (trap) => `[diff "x"]\ntextconv=${trap}\n`, '* diff=x\n'),
  setting('a name for a command', (trap) => `[alias]\nlook=!${trap}\n`, '', ['look']),
  setting('hooks elsewhere', (trap) => `[core]\nhooksPath=${join(trap, '..', 'hooks')}\n`, '', [
    'commit',
    '--allow-empty',
    '--message=x',
  ]),
  setting('a way to other machines', (trap) => `[core]\nsshCommand=${trap}\n`, '', [
    'ls-remote',
    'ssh://localhost/x',
  ]),
  setting(
    'a remote repository',
    (trap) => `[remote "origin"]\nurl=.\nuploadpack=${trap}\nfetch=+refs/*:refs/x/*\n`,
    '',
    ['fetch'],
  ),
  {
    name: 'an included file',
    control: diff,
    async prepare({ top }, trap) {
      await writeFile(join(top, 'more'), `[filter "x"]\nclean=${trap}\n`);
      await configure(top, '[include]\npath=../more\n');
      await attributes(top, '* filter=x\n');
    },
  },
  {
    name: 'a file that is included for this folder',
    control: diff,
    async prepare({ top }, trap) {
      await writeFile(join(top, 'more'), `[diff]\nexternal=${trap}\n`);
      await configure(top, `[includeIf "gitdir:${top}/"]\npath=../more\n`);
    },
  },
  {
    name: "a work tree's own settings",
    control: diff,
    async prepare({ top }, trap) {
      await configure(top, '[extensions]\nworktreeConfig=true\n');
      await writeFile(join(top, '.git', 'config.worktree'), `[diff]\nexternal=${trap}\n`);
    },
  },
  {
    name: 'attributes of the Git folder',
    control: diff,
    async prepare({ top }, trap) {
      await mkdir(join(top, '.git', 'info'), { recursive: true });
      await writeFile(join(top, '.git', 'info', 'attributes'), '* filter=x\n');
      await configure(top, `[filter "x"]\nclean=${trap}\n`);
    },
  },
  {
    name: 'attributes from elsewhere',
    control: diff,
    async prepare({ top }, trap) {
      await writeFile(join(top, 'attributes'), '* filter=x\n');
      await configure(
        top,
        `[core]\nattributesFile=${top}/attributes\n[filter "x"]\nclean=${trap}\n`,
      );
    },
  },
  {
    name: 'a signed commit',
    control: ['log'],
    async prepare({ top }, trap) {
      const [header = '', ...message] = (await git(top, 'cat-file', 'commit', 'HEAD')).split(
        '\n\n',
      );
      const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----';
      const signed = `${header}\n${signature}\n\n${message.join('\n\n')}\n`;
      const { stdout } = await execa('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
        cwd: top,
        input: signed,
      });
      await git(top, 'update-ref', 'HEAD', stdout);
      await configure(top, `[gpg]\nprogram=${trap}\n[log]\nshowSignature=true\n`);
    },
  },
  {
    name: 'objects that a remote repository promises',
    control: ['show', 'HEAD'],
    async prepare({ top, victim }, trap) {
      const blob = await git(top, 'rev-parse', 'HEAD:a.txt');
      await rm(join(top, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
      await configure(
        top,
        `[core]\nrepositoryformatversion=1\n[extensions]\npartialClone=origin\n[remote "origin"]\nurl=${victim}\npromisor=true\nuploadpack=${trap}\n`,
      );
    },
  },
  {
    name: 'a repository inside that watches its files',
    control: diff,
    async prepare({ top, victim }, trap) {
      await cp(victim, join(top, 'inner'), { recursive: true });
      await git(top, 'add', 'inner');
      await git(top, 'commit', '--quiet', '--message=inner');
      await appendFile(join(top, 'inner/.git/config'), `[core]\nfsmonitor=${trap}\n`);
      await writeFile(join(top, 'inner', 'plan.txt'), 'changed\n');
    },
  },
];

/** Folders with what Git takes for a bare repository, that a plain clone may bring. */
const bareRepositories: readonly {
  readonly name: string;
  /** Asked about, below the folder that the repository was put in. */
  readonly at?: string;
  prepare(folder: string, trap: string): Promise<void>;
  readonly control?: readonly string[];
}[] = [
  {
    name: 'with a work tree',
    prepare: (folder, trap) =>
      writeFile(
        join(folder, 'config'),
        `[core]\nrepositoryformatversion=0\nbare=false\nworktree=.\n[diff]\nexternal=${trap}\n`,
      ),
  },
  {
    name: 'with a work tree, asked about a folder in it',
    at: 'deep/er',
    prepare: (folder, trap) =>
      writeFile(
        join(folder, 'config'),
        `[core]\nrepositoryformatversion=0\nbare=false\nworktree=.\n[diff]\nexternal=${trap}\n`,
      ),
  },
  {
    name: 'with a text converter whose name is not UTF-8',
    async prepare(folder, trap) {
      await writeFile(
        join(folder, 'config'),
        `[core]\nrepositoryformatversion=0\nbare=false\nworktree=.\n[diff "x\xff"]\ntextconv=${trap}\n`,
        'latin1',
      );
      await mkdir(join(folder, 'info'), { recursive: true });
      await writeFile(join(folder, 'info/attributes'), '* diff=x\xff\n', 'latin1');
    },
  },
  {
    name: 'that is bare and has a driver for differences',
    control: ['diff', 'HEAD:a.txt', 'HEAD:sub/b.x'],
    prepare: (folder, trap) =>
      writeFile(
        join(folder, 'config'),
        `[core]\nrepositoryformatversion=0\nbare=true\n[diff]\nexternal=${trap}\n`,
      ),
  },
  {
    name: 'that has its settings elsewhere',
    async prepare(folder, trap) {
      await mkdir(join(folder, 'common'));
      for (const name of ['objects', 'refs', 'packed-refs']) {
        await cp(join(folder, name), join(folder, 'common', name), { recursive: true });
      }
      await writeFile(
        join(folder, 'common', 'config'),
        `[core]\nrepositoryformatversion=0\nbare=true\n[diff]\nexternal=${trap}\n`,
      );
      await writeFile(join(folder, 'commondir'), 'common\n');
      await writeFile(join(folder, 'config'), '');
    },
    control: ['diff', 'HEAD:a.txt', 'HEAD:sub/b.x'],
  },
  {
    name: 'whose settings are included',
    async prepare(folder, trap) {
      await writeFile(join(folder, 'more'), `[diff]\nexternal=${trap}\n`);
      await writeFile(
        join(folder, 'config'),
        '[core]\nrepositoryformatversion=0\nbare=false\nworktree=.\n[include]\npath=more\n',
      );
    },
  },
];

describe.skipIf(process.platform === 'win32')('a hostile repository starts no program', () => {
  let hostile: HostileFolder;

  beforeEach(async () => {
    hostile = await hostileFolder();
  });

  afterEach(() => hostile[Symbol.asyncDispose]());

  const open = (folder: string) => openRepository([folder], { ripgrep: rgPath });

  /** What plain Git does with it: it runs the program. */
  async function control(
    folder: string,
    args: readonly string[],
    more: Record<string, string> = { GIT_CONFIG_GLOBAL: '/dev/null' },
  ): Promise<void> {
    const env = { GIT_CONFIG_SYSTEM: '/dev/null', ...more };
    const identity = ['-c', 'user.name=N', '-c', 'user.email=n@localhost'];
    const shown = await execa('git', [...identity, ...args], {
      cwd: folder,
      env,
      stdin: 'ignore',
      reject: false,
      timeout: 10_000,
    });
    expect(await hostile.sprung(), `the trap works: ${shown.stderr} ${shown.stdout}`).not.toEqual(
      [],
    );
    await rm(join(hostile.path, 'traps'), { recursive: true });
    await mkdir(join(hostile.path, 'traps'));
  }

  it.each(attacks)('by $name', async ({ prepare, control: args }) => {
    const trap = await hostile.trap();
    await mkdir(join(hostile.path, 'hooks'));
    await symlink(trap, join(hostile.path, 'hooks', 'pre-commit'));
    await prepare(hostile, trap);
    const repository = await open(hostile.top);
    await everythingGitSays(repository);
    await repository.gitBlame('sub/b.x', 1, 1, calm);
    expect(await hostile.sprung()).toEqual([]);
    await control(hostile.top, args);
  });

  it.each(bareRepositories)(
    'by a bare repository $name',
    async ({ prepare, at = '', control: args }) => {
      const trap = await hostile.trap();
      const folder = join(hostile.top, 'docs-tool');
      await git(hostile.top, 'clone', '--quiet', '--bare', '.', 'docs-tool');
      await mkdir(join(folder, 'deep/er'), { recursive: true });
      await writeFile(join(folder, 'a.txt'), 'changed\n');
      await writeFile(join(folder, 'deep/er/a.txt'), 'changed\n');
      await prepare(folder, trap);
      const asked = join(folder, at);
      // The history of the repository around it is shown: nothing of this folder is in it yet.
      const repository = await open(asked);
      expect(await repository.gitLog(null, 5, calm)).toEqual([]);
      expect((await repository.gitRevisions(calm)).map(({ subject }) => subject)).toEqual([
        'first',
      ]);
      await everythingGitSays(repository);
      // Without one around it there is none.
      await cp(folder, join(hostile.path, 'alone'), { recursive: true });
      const alone = await open(join(hostile.path, 'alone', at));
      await expect(alone.gitDiff('HEAD', null, null, calm)).rejects.toMatchObject({
        kind: 'not-a-git-repository',
      });
      expect(await hostile.sprung()).toEqual([]);
      await control(asked, args ?? diff);
    },
  );

  it('with the environment of Fathom', async () => {
    const trap = await hostile.trap();
    const variables = {
      GIT_EXTERNAL_DIFF: trap,
      GIT_DIR: join(hostile.victim, '.git'),
      GIT_OBJECT_DIRECTORY: '/nonexistent',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'diff.external',
      GIT_CONFIG_VALUE_0: trap,
      GIT_CONFIG_PARAMETERS: `'diff.external=${trap}'`,
    };
    Object.assign(process.env, variables);
    try {
      const said = await everythingGitSays(await open(hostile.top));
      expect(said).toContain('first');
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
    expect(await hostile.sprung()).toEqual([]);
    await control(hostile.top, diff, { GIT_EXTERNAL_DIFF: trap });
  });

  it("with the user's own settings, which name programs too", async () => {
    const trap = await hostile.trap();
    await writeFile(join(hostile.path, '.gitconfig'), `[diff]\nexternal=${trap}\n`);
    const { HOME } = process.env;
    process.env['HOME'] = hostile.path;
    try {
      expect(await everythingGitSays(await open(hostile.top))).toContain('+two');
      expect(await hostile.sprung()).toEqual([]);
      await control(hostile.top, diff, {});
    } finally {
      if (HOME === undefined) delete process.env['HOME'];
      else process.env['HOME'] = HOME;
    }
  });
});

describe.skipIf(process.platform === 'win32')('the Git that is run', () => {
  let hostile: HostileFolder;

  beforeEach(async () => {
    hostile = await hostileFolder();
  });

  afterEach(() => hostile[Symbol.asyncDispose]());

  /** Puts the trap where a `git` is looked for. */
  async function plant(...parts: readonly string[]): Promise<string> {
    const file = join(hostile.path, ...parts);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, await readFile(await hostile.trap()));
    await chmod(file, 0o755);
    return join(file, '..');
  }

  it.each([
    ['the working folder, named by a dot', '.', 'hostile/git'],
    ['the working folder, named by nothing', '', 'hostile/git'],
    ['a relative folder', 'tools', 'hostile/tools/git'],
    ['a folder of the repository', '$TOP/node_modules/.bin', 'hostile/node_modules/.bin/git'],
    ['a link to a folder of the repository', '$LINK', 'hostile/tools/git'],
  ])('is not that of %s', async (_, entry, file) => {
    await plant(file);
    await symlink(join(hostile.top, 'tools'), join(hostile.path, 'link'));
    const folder = entry.replace('$TOP', hostile.top).replace('$LINK', join(hostile.path, 'link'));
    const path = `${folder}${delimiter}${process.env['PATH']}`;
    const before = process.env['PATH'];
    process.env['PATH'] = path;
    try {
      const repository = await openRepository([join(hostile.top, 'sub')], { ripgrep: rgPath });
      expect(await repository.gitLog(null, 5, calm)).toHaveLength(1);
    } finally {
      process.env['PATH'] = before;
    }
    expect(await hostile.sprung()).toEqual([]);
    // The system's own search takes it.
    await execa('git', ['log'], {
      cwd: hostile.top,
      env: { PATH: path },
      stdin: 'ignore',
      reject: false,
    });
    expect(await hostile.sprung()).not.toEqual([]);
  });

  it('is never that of the working folder on Windows', async () => {
    await plant('hostile', 'git.exe');
    const tools = await plant('tools', 'git.exe');
    const paths = ['.', '', 'hostile', hostile.top, `"${tools}"`].join(';');
    const search = { outside: [hostile.top], path: paths, platform: 'win32' as const };
    expect(await resolveExecutable('git', search)).toBe(join(tools, 'git.exe'));
    const nowhere = { ...search, path: `.;${hostile.top}` };
    expect(await resolveExecutable('git', nowhere)).toBe(null);

    // What starts programs for Fathom takes the one of the folder, when it is asked for "git" on Windows.
    const touch = (await resolveExecutable('touch', { outside: [] })) ?? '';
    await cp(touch, join(hostile.top, 'git.exe'));
    const program = `
      Object.defineProperty(process, 'platform', { value: 'win32' });
      const { execa } = await import('execa');
      await execa('git', ['ran'], { cwd: ${JSON.stringify(hostile.top)}, reject: false, stdin: 'ignore' });
    `;
    await execa(process.execPath, ['--input-type=module', '--eval', program], {
      env: { PATH: tools, PATHEXT: '.exe' },
      cwd: process.cwd(),
      reject: false,
    });
    expect(await readFile(join(hostile.top, 'ran'), 'utf8')).toBe('');
  });

  it.each([
    ['git version 2.31.8', true],
    ['git version 1.99.0', true],
    ['something else', true],
    ['git version 2.32.0', false],
    ['git version 2.39.5 (Apple Git-154)', false],
    ['git version 3.0.0.windows.1', false],
  ])('has to be new enough: %s', (version, tooOld) => {
    expect(isTooOld(version)).toBe(tooOld);
  });

  it('is off with the reason where it is too old or missing', async () => {
    const folder = await plant('old', 'git');
    await writeFile(join(folder, 'git'), '#!/bin/sh\necho git version 2.20.1\n');
    const before = process.env['PATH'];
    const repository = await openRepository([hostile.top], { ripgrep: rgPath });
    try {
      process.env['PATH'] = folder;
      await expect(repository.gitLog(null, 5, calm)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('older than 2.32'),
      });
      process.env['PATH'] = hostile.victim;
      await expect(repository.gitLog(null, 5, calm)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('not installed'),
      });
    } finally {
      process.env['PATH'] = before;
    }
    expect(await repository.gitLog(null, 5, calm)).toHaveLength(1);
  });
});

import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { openRepository } from '../../../src/repository/openRepository';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { answerHostCall } from '../../host/answerHostCall';
import { git, type HostileFolder, hostileFolder, secret } from '../repository/git/gitFixture';
import { contractKernels, type Handler, startKernel } from './kernelHarness';

/** Answers as a run does. */
async function host(folder: string): Promise<Handler> {
  const repository = await openRepository([folder], { ripgrep: rgPath });
  const coverage = new Coverage();
  return (call, signal) =>
    answerHostCall(call, { kind: 'repository', repository }, coverage, signal);
}

/** Model code that asks for all that Git has to say, and prints it, errors included. */
function everything(revision: string): string {
  return `
for ask in (
    lambda: git_log(),
    lambda: git_log("a.txt"),
    lambda: git_blame("a.txt", 1, 2),
    lambda: git_show("${revision}"),
    lambda: git_show("${revision}", "plan.txt"),
    lambda: git_diff("${revision}"),
    lambda: git_diff("${revision}", "${revision}"),
):
    try:
        print(ask())
    except Exception as error:
        print(type(error).__name__, error)
`;
}

const attacks: readonly {
  readonly name: string;
  prepare(hostile: HostileFolder, trap: string, id: string): Promise<void>;
  /** A plain Git command that runs the trap, or shows the secret. */
  readonly control: readonly string[];
}[] = [
  {
    name: 'a filter whose name is not UTF-8',
    async prepare({ top }, trap) {
      const config = Buffer.from(`[filter "x\xff"]\nclean=${trap}\n`, 'latin1');
      await appendFile(join(top, '.git/config'), config);
      await writeFile(join(top, '.gitattributes'), '* filter=x\xff\n', 'latin1');
    },
    control: ['diff', 'HEAD', '--'],
  },
  {
    name: 'borrowed objects',
    async prepare({ top, victim }, _, id) {
      await mkdir(join(top, '.git/objects/info'), { recursive: true });
      await writeFile(join(top, '.git/objects/info/alternates'), `${victim}/.git/objects\n`);
      await writeFile(join(top, '.git/refs/heads/main'), `${id}\n`);
    },
    control: ['log', '--patch'],
  },
  {
    name: 'a file of the user where it says what it borrows',
    async prepare({ top, token }) {
      await mkdir(join(top, '.git/objects/info'), { recursive: true });
      await symlink(token, join(top, '.git/objects/info/alternates'));
    },
    control: ['log'],
  },
  {
    name: 'a file of the user as its packed refs',
    async prepare({ top, token }) {
      await rm(join(top, '.git/packed-refs'), { force: true });
      await symlink(token, join(top, '.git/packed-refs'));
    },
    control: ['log'],
  },
];

describe.skipIf(process.platform === 'win32').each(contractKernels)(
  'what code in a $name kernel is told of a hostile repository',
  ({ factory }) => {
    let kernels: KernelFactory;
    beforeAll(async () => {
      kernels = await factory();
    });

    it.each(attacks)('with $name', async ({ prepare, control }) => {
      await using hostile = await hostileFolder();
      const id = await git(hostile.victim, 'rev-parse', 'HEAD');
      await prepare(hostile, await hostile.trap(), id);
      await using kernel = await startKernel(kernels, { handle: await host(hostile.top) });
      for (const revision of ['HEAD', id]) {
        const { output, error } = await kernel.run(everything(revision));
        expect(error).toBeNull();
        expect(output.length).toBeGreaterThan(100);
        expect(output).not.toContain(secret);
      }
      expect(await hostile.sprung()).toEqual([]);

      const options = { cwd: hostile.top, stdin: 'ignore', reject: false, all: true } as const;
      const plain = await execa('git', control, options);
      const fired = (await hostile.sprung()).length > 0 || plain.all.includes(secret);
      expect(fired, 'plain Git falls for it').toBe(true);
    });

    it('with a bare repository as a folder', async () => {
      await using hostile = await hostileFolder();
      const trap = await hostile.trap();
      await git(hostile.top, 'clone', '--quiet', '--bare', '.', 'docs-tool');
      const folder = join(hostile.top, 'docs-tool');
      await writeFile(
        join(folder, 'config'),
        `[core]\nrepositoryformatversion=0\nbare=false\nworktree=.\n[diff]\nexternal=${trap}\n`,
      );
      await using kernel = await startKernel(kernels, { handle: await host(folder) });
      const { error } = await kernel.run(everything('HEAD'));
      expect(error).toBeNull();
      expect(await hostile.sprung()).toEqual([]);
      await execa('git', ['diff', 'HEAD', '--'], { cwd: folder, stdin: 'ignore', reject: false });
      expect(await hostile.sprung()).not.toEqual([]);
    });
  },
);

import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRegularFile } from '../../../src/ground/regularFile';
import { loadPrompts } from '../../../src/rlm/prompts/prompts';
import { loadReportTemplates } from '../../../src/rlm/report/reportTemplates';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../host/folders';

// Without it, each of these would wait for ever: nobody writes into the pipes.
describe.skipIf(process.platform === 'win32')('readRegularFile', () => {
  let folder: TemporaryFolder;
  let pipe: string;

  beforeEach(async () => {
    folder = await temporaryFolder('regular-files');
    pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  it('reads a file, also through a link', async () => {
    const file = join(folder.path, 'file');
    const link = join(folder.path, 'link');
    await writeFile(file, 'text');
    await symlink(file, link);
    expect((await readRegularFile(file)).toString()).toBe('text');
    expect((await readRegularFile(link)).toString()).toBe('text');
  });

  it('waits for no pipe and no device', async () => {
    for (const path of [pipe, '/dev/zero', folder.path]) {
      await expect(readRegularFile(path)).rejects.toMatchObject({ code: 'EINVAL' });
    }
  });

  it('is what reads prompts and templates of reports', async () => {
    const link = join(folder.path, 'system.md');
    await symlink(pipe, link);
    // A link is no prompt; a template may be one.
    await expect(loadPrompts([join(projectFolder, 'prompts'), folder.path])).resolves.toBeDefined();
    await mkdir(join(folder.path, 'reports'));
    await symlink(pipe, join(folder.path, 'reports', 'kind.md'));
    await expect(
      loadReportTemplates([join(projectFolder, 'prompts'), folder.path]),
    ).rejects.toThrow(/kind\.md can't be read: It is not a regular file/);
  });
});

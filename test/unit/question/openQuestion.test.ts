import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openQuestion } from '../../../src/question/openQuestion';
import type { Question } from '../../../src/question/question';
import { bundledAssets } from '../../../src/rlm/assets';
import { defaultLimits } from '../../../src/rlm/budget/limits';
import { projectFolder, temporaryFolder } from '../../host/folders';
import { processExists } from '../repl/kernelHarness';

const assets = bundledAssets(join(projectFolder, 'dist'));

describe.skipIf(process.platform === 'win32')('a question whose model can not be had', () => {
  it('leaves no search for a Python behind', async () => {
    await using folder = await temporaryFolder('question');
    const python = join(folder.path, 'slow-python');
    await writeFile(python, '#!/bin/sh\necho $$ > "$0.pid"\nexec sleep 600\n', { mode: 0o755 });
    await writeFile(join(folder.path, 'a.txt'), 'a\n');
    const question: Question = {
      question: 'What?',
      subject: { kind: 'workspace', folders: [folder.path] },
      report: null,
      reportFile: null,
      exclude: [],
      model: {
        kind: 'named',
        baseUrl: 'http://127.0.0.1:9/v1',
        model: 'vscode:nobody/nothing',
        subModel: null,
        otherModels: [],
        api: 'auto',
        apiKey: null,
      },
      kernel: {
        kernel: 'native',
        isolation: 'on',
        pythonPath: python,
        preferredPythons: [],
        outside: [],
        stateFolder: folder.path,
      },
      limits: defaultLimits,
      allowSecretFiles: [],
      maxFileSize: 1000,
      promptsFolder: null,
      directAnswers: true,
      logFolder: folder.path,
      cacheFolder: null,
    };
    let pid = 0;
    const opening = openQuestion(question, {
      assets,
      secretAdvice: () => '',
      signal: new AbortController().signal,
      // It fails when the search has begun, which it does before models are opened.
      async chatModels() {
        await expect
          .poll(async () => {
            pid = Number(await readFile(`${python}.pid`, 'utf8'));
            return pid;
          })
          .toBeGreaterThan(0);
        expect(processExists(pid)).toBe(true);
        throw new Error('Nobody offers it.');
      },
    });
    await expect(opening).rejects.toThrow('Nobody offers it.');
    // Before it would be given up as one that does not answer.
    await expect.poll(() => processExists(pid), { timeout: 10_000 }).toBe(false);
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportMarkdown } from '../../../src/trajectory/exportMarkdown';
import { exportForVisualizer } from '../../../src/trajectory/exportVisualizer';
import { readRecording } from '../../../src/trajectory/recording';
import { apiError } from '../../host/modelScript';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
/** What `scriptedRun` uses as its key. */
const key = 'test-key-000';

it('keeps keys out of the log, the kept replies and the exports', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-secrets-'));
  try {
    const { result, log } = await scriptedRun(
      [
        cell(`print(grep("${key}"), files(), read("${key}/a.txt"))`),
        cell(`got = llm_query_batched(["tell me ${key}", "fail"])\nprint(got)`),
        `It is ${key}, as JSON ${JSON.stringify(JSON.stringify({ key }))}.`,
        apiError(400, `Incorrect API key provided: ${key}`),
        cell(`read("missing-${key}")`),
        cell(`raise ValueError("${key}")`),
        cell(`FINAL("The key is ${key}, see ${key}/a.txt:1")`),
      ],
      {
        question: `Where is ${key}?`,
        files: { [`${key}/a.txt`]: `API_KEY=${key}\n` },
        cacheFolder: join(folder, 'cache'),
        logFolder: join(folder, 'log'),
        limits: { concurrency: 1 },
      },
    );
    // The answer is the user's own; what stays on the disk is not.
    expect(result.answer).toContain(key);
    expect(log).toContain('***');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(1);
    for (const { parentPath, name } of files) {
      expect(await readFile(join(parentPath, name), 'utf8'), name).not.toContain(key);
    }
    const recording = await readRecording(result.trajectory ?? '');
    expect(exportMarkdown(recording)).not.toContain(key);
    expect(exportForVisualizer(recording)).not.toContain(key);
  } finally {
    await rm(folder, { recursive: true });
  }
});

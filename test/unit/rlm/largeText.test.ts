import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { mostKernelBytes } from '../../../src/rlm/subject/kernelDocuments';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { documentsSubject } from '../../host/openedDocuments';
import { repetitions } from '../../host/repetitions';
import { scriptedRun } from '../../host/scriptedRun';
import { askOffline } from '../models/offline/offlineRun';
import { contractKernels } from '../repl/kernelHarness';

const cell = (code: string) => `I look.\n\n\`\`\`repl\n${code}\n\`\`\``;

/** A text of that many bytes, some 11 million tokens for 45 MB, with a fact in one of its lines. */
async function writeLog(path: string, bytes: number): Promise<{ readonly line: number }> {
  const file = await open(path, 'w');
  const filler = Array.from(
    { length: 2000 },
    (_, index) => `2026-03-04 12:${index % 60} INFO pump ${index} idles at ${index % 97} percent\n`,
  ).join('');
  let written = 0;
  let line = 1;
  let plantedAt = 0;
  while (written < bytes) {
    if (plantedAt === 0 && written > 0.7 * bytes) {
      plantedAt = line;
      const fact = '2026-03-05 ALERT the turbine bearing reached 131 degrees – 😀\n';
      written += (await file.write(fact)).bytesWritten;
      line += 1;
    }
    written += (await file.write(filler)).bytesWritten;
    line += 2000;
  }
  await file.close();
  return { line: plantedAt };
}

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('large');
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

describe.each(contractKernels)('with a $name kernel', ({ factory, name }) => {
  // The host searches a lazy text; what the kernels do with one, lazyText.test.ts asks of both.
  const isLazyAsked = name === 'native' || repetitions(1, 0) > 0;
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each([
    ['45 MB, held in the kernel as a str', 45_000_000, 'str'] as const,
    ...(isLazyAsked ? [['60 MB, a lazy text', 60_000_000, 'LazyText'] as const] : []),
  ])(
    'a text of %s is asked about with right answers',
    async (_, bytes, type) => {
      expect(bytes > mostKernelBytes).toBe(type === 'LazyText');
      const path = join(folder.path, 'plant.log');
      const { line } = await writeLog(path, bytes);
      await using opened = await documentsSubject({ name: 'plant.log', from: 'file', path });
      const { subject } = opened;

      const scripted = await scriptedRun(
        [
          cell(
            'hits = grep("turbine bearing")\nprint(type(context).__name__, len(context) > 40_000_000, hits, context.count("ALERT"))',
          ),
          cell(
            'answer["content"] = f"131 degrees, see `{cite(hits[0])}`; and context:1."\nanswer["ready"] = True',
          ),
        ],
        { subject, wrapKernels: () => kernels },
      );
      expect(scripted.requests[1]?.prompt).toContain(
        `${type} True plant.log:${line}: 2026-03-05 ALERT the turbine bearing reached 131 degrees – 😀 1`,
      );
      expect(scripted.result).toMatchObject({
        status: 'answered',
        answer: `131 degrees, see \`plant.log:${line}\`; and plant.log:1.`,
        citations: [
          { path: 'plant.log', start: line, end: line, evidence: 'read' },
          { path: 'plant.log', start: 1, end: 1, evidence: 'unread' },
        ],
      });

      const question = 'How hot did the turbine bearing get?';
      const { result } = await askOffline(question, subject, {}, kernels);
      expect(result.status).toBe('answered');
      expect(result.answer).toContain('the turbine bearing reached 131 degrees');
      const best = result.citations[0];
      expect(best).toMatchObject({ path: 'plant.log' });
      expect([best?.start ?? 0, best?.end ?? 0]).toSatisfy(
        ([start, end]: readonly number[]) => (start ?? 0) <= line && line <= (end ?? 0),
      );
    },
    300_000,
  );

  it.runIf(isLazyAsked)(
    'one line of 52 MB is searched offline, and cited',
    async () => {
      const path = join(folder.path, 'pumps.json');
      const pumps = Array.from({ length: 1000 }, (_, n) => `{"pump": ${n}, "idle": true}`).join(
        ', ',
      );
      const file = await open(path, 'w');
      await file.write('[');
      for (let written = 0; written < 52_000_000; written += pumps.length + 2) {
        if (written < 30_000_000 && written + pumps.length + 2 >= 30_000_000) {
          await file.write('{"alert": "the turbine bearing reached 131 degrees"}, ');
        }
        await file.write(`${pumps}, `);
      }
      await file.write('{}]');
      await file.close();
      await using opened = await documentsSubject({ name: 'pumps.json', from: 'file', path });
      const question = 'How hot did the turbine bearing get?';
      const { result, outputs } = await askOffline(question, opened.subject, {}, kernels);
      expect(outputs.join('\n')).not.toMatch(/Error/);
      expect(result.status).toBe('answered');
      expect(result.answer.replaceAll('\n', ' ')).toContain(
        'the turbine bearing reached 131 degrees',
      );
      expect(result.citations).toEqual([
        { path: 'pumps.json', start: 1, end: 1, evidence: 'read' },
      ]);

      const whole = await askOffline('Summarize the document.', opened.subject, {}, kernels);
      expect(whole.outputs.join('\n')).not.toMatch(/Error/);
      expect(whole.result.answer).toContain('[{"pump": 0, "idle": true}');
    },
    300_000,
  );
});

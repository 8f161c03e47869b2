import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel, Message } from '../../src/models/languageModel';
import { defaultLimits } from '../../src/rlm/budget/limits';
import { ReportSpool } from '../../src/rlm/report/reportSpool';
import type { Benchmark, BenchRow } from './benchmark';
import { figure } from './benchRow';
import { benchModel, benchRun, cellText, isRoot } from './benchRun';
import { watchMemory } from './memory';

const sections = 20_000;
/** Some 10,000 bytes: about every seventh character takes two. */
const sectionChars = 8_800;

/** Reports of 200 MB: to the spool alone, from code, and from parallel sub-calls. */
export const reportBenchmark: Benchmark = {
  name: 'report',
  describe:
    'a report of 200 MB in 20,000 sections: throughput and host memory, byte-exact and in order',
  run: async (signal) => [
    await spoolAlone(),
    ...(await fromKernel('code', fillByCode, signal)),
    ...(await fromKernel('16 sub-calls at a time', fillBySubcalls, signal)),
  ],
};

/** Every other section has its turn late, so half of the bytes take the way through the side file. */
async function spoolAlone(): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-bench-'));
  try {
    const path = join(folder, 'report.md');
    const spool = new ReportSpool({ path, sidePath: join(folder, 'side') });
    const startedAt = performance.now();
    for (let i = 0; i < sections; i += 2) {
      const pair = [
        await spool.openSection(spool.root, title(i), 2),
        await spool.openSection(spool.root, title(i + 1), 2),
      ];
      for (const [at, id] of [...pair.entries()].reverse()) {
        await spool.write(id, Buffer.from(textOf(i + at)));
        await spool.close(id);
      }
    }
    await spool.dispose();
    const seconds = (performance.now() - startedAt) / 1000;
    const bytes = await checkReport(path);
    return figure('report to the spool', bytes / 1e6 / seconds, 'MB/s', '>= 20 MB/s');
  } finally {
    await rm(folder, { recursive: true });
  }
}

const fillByCode = `
for n in range(${sections}):
    report.section(f"Section {n}", text_of(n))`;

const fillBySubcalls = `
from concurrent.futures import ThreadPoolExecutor
places = [report.section(f"Section {n}") for n in range(${sections})]
def one(n):
    places[n].fill(llm_query(str(n)))
with ThreadPoolExecutor(16) as pool:
    for _ in pool.map(one, range(${sections})):
        pass`;

async function fromKernel(how: string, code: string, signal: AbortSignal): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-bench-'));
  const path = join(folder, 'report.md');
  let first = 0;
  let last = 0;
  const stopWatching = watchMemory();
  try {
    const model = scripted(
      `def text_of(n):\n    return (f"{n} é " * 2500)[:${sectionChars}]\n${code}`,
    );
    const result = await benchRun(model, {
      subject: { kind: 'documents', documents: [{ name: 'a.txt', text: 'a' }] },
      limits: { ...defaultLimits, maxSubcalls: sections },
      reportFile: path,
      reportAppendix: false,
      onReport: (report) => {
        const now = performance.now();
        first ||= now;
        if (report.sections === sections && report.openSections === 0) last ||= now;
      },
      signal,
    });
    const checked = performance.now() - last;
    const grown = stopWatching();
    if (result.status !== 'answered') throw new Error(`The run ended: ${result.reason}`);
    const bytes = await checkReport(path);
    return [
      figure(
        `report of ${Math.round(bytes / 1e6)} MB from ${how}`,
        bytes / 1e6 / ((last - first) / 1000),
        'MB/s',
        '>= 20 MB/s',
      ),
      figure(`its citations looked for, ${how}`, bytes / 1e6 / (checked / 1000), 'MB/s', null),
      figure(`host memory over idle, ${how}`, grown / 1e6, 'MB', '< 200 MB'),
    ];
  } finally {
    stopWatching();
    await rm(folder, { recursive: true });
  }
}

function title(n: number): string {
  return `Section ${n}`;
}

function textOf(n: number): string {
  return `${n} é `.repeat(2500).slice(0, sectionChars);
}

/** @throws {Error} when the report is not what was written, byte by byte. */
async function checkReport(path: string): Promise<number> {
  const wanted = createHash('sha256');
  let bytes = 0;
  for (let n = 0; n < sections; n++) {
    const section = Buffer.from(
      `${n === 0 ? '' : '\n\n'}## ${title(n)}\n\n${textOf(n)}${n === sections - 1 ? '\n' : ''}`,
    );
    bytes += section.length;
    wanted.update(section);
  }
  const found = createHash('sha256');
  for await (const chunk of createReadStream(path)) found.update(chunk);
  if (found.digest('hex') !== wanted.digest('hex'))
    throw new Error('The report is not as written.');
  return bytes;
}

/** A root that runs one cell, and a sub-model that says a section's text at once. */
function scripted(code: string): LanguageModel {
  return benchModel((messages) => {
    if (!isRoot(messages)) return textOf(Number(/\d+\s*$/.exec(askedIn(messages))?.[0] ?? 0));
    const done = messages.some(({ role }) => role === 'assistant');
    return cellText(done ? 'FINAL("done")' : code);
  });
}

function askedIn(messages: readonly Message[]): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}

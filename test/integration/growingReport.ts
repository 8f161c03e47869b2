import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defaultMirrorLimits,
  type MirrorLimits,
  ReportMirror,
} from '../../src/editor/report/document/reportMirror';
import { ReportSpool } from '../../src/rlm/report/reportSpool';
import { until } from './extensionHost';

/** A report on disk that a mirror follows. */
export interface GrowingReport extends AsyncDisposable {
  readonly path: string;
  readonly spool: ReportSpool;
  readonly mirror: ReportMirror;
  /** What went wrong while it was mirrored. */
  readonly troubles: readonly unknown[];
  /** Writes a text at the end, in pieces of this many characters. */
  write(text: string, pieces?: number): Promise<void>;
  /** Waits until the documents have all there is. */
  settled(): Promise<void>;
  /** The text of its open documents. */
  texts(): string[];
}

/** Starts a report in a folder of its own. */
export async function growingReport(limits: Partial<MirrorLimits> = {}): Promise<GrowingReport> {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-mirror-'));
  const path = join(folder, 'report.md');
  const troubles: unknown[] = [];
  const mirror = new ReportMirror({
    subject: 'What is here?',
    limits: { ...defaultMirrorLimits, gapMs: 10, hiddenGapMs: 10, ...limits },
    onChange: () => undefined,
    onDocument: () => undefined,
    onTrouble: (error) => troubles.push(error),
  });
  const spool = new ReportSpool({
    path,
    sidePath: join(folder, 'side'),
    onProgress: (progress) => mirror.update(progress),
  });
  return {
    path,
    spool,
    mirror,
    troubles,
    async write(text, pieces = text.length) {
      for (let at = 0; at < text.length; at += pieces) {
        await spool.write(spool.root, Buffer.from(text.slice(at, at + pieces)));
      }
    },
    settled: () => until(() => mirror.isDone, 'the documents have all there is'),
    texts: () => mirror.growing.map(({ document }) => document.getText()),
    async [Symbol.asyncDispose]() {
      mirror.dispose();
      await spool.finish();
      await spool.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

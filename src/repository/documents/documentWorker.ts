import { dirname } from 'node:path';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { messageOf } from '../../ground/fileFailure';
import { DocumentError } from './documentError';
import { type DocumentNews, documentTask, readingLimitsSchema } from './documentTask';
import { explained } from './fileErrors';
import { readInThread } from './readInThread';

/*
 * The program that reads documents: a process, and in it a thread that reads. A file can keep the thread
 * busy, or fill its memory, and then the process ends it. What fills it all at once ends the process as
 * well (a heap that is full in the middle of one large allocation is fatal), and whoever started it lives on.
 * A bundle of its own, loaded when there is a document to read.
 */

/** The request to the process. */
const order = z.object({ task: documentTask, limits: readingLimitsSchema });

function alive(): void {
  const news: DocumentNews = { kind: 'alive' };
  parentPort?.postMessage(news);
}

function failed(error: unknown): DocumentNews {
  const message = messageOf(error);
  return { kind: 'failed', message, expected: error instanceof DocumentError };
}

/** Runs in the thread. */
async function readForProcess(): Promise<void> {
  // Loaded only in the thread: the process does not need the parsers.
  const { readFormat } = await import('./readFormat');
  const task = documentTask.parse(workerData);
  const news: DocumentNews = await readFormat(task, alive).then(
    (text) => ({ kind: 'read', text }),
    // The folder for texts is in that for temporary files, which this process does not know.
    (error: unknown) => failed(explained(error, task.name, dirname(dirname(task.target)))),
  );
  parentPort?.postMessage(news);
}

/** Runs in the process, which ends when its parent has gone. */
function readForHost(bundle: string): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (message) => {
    const { task, limits } = order.parse(message);
    void readInThread(task, bundle, limits)
      .catch(failed)
      .then((news) => process.send?.(news));
  });
}

if (isMainThread) readForHost(process.argv[1] ?? '');
else void readForProcess();

import { Worker } from 'node:worker_threads';
import { DocumentError } from './documentError';
import type { DocumentNews, DocumentTask, ReadingLimits } from './documentTask';

/** How often memory is checked, in milliseconds. */
const watchMs = 100;

/**
 * Reads a document in a thread and watches it from this one: a busy parser would block everything else.
 * @param bundle path of the thread's program, `dist/documents.js`.
 * @throws {DocumentError} when it takes too much time or memory.
 * @returns the last message of the thread.
 */
export async function readInThread(
  task: DocumentTask,
  bundle: string,
  limits: ReadingLimits,
): Promise<DocumentNews> {
  const worker = new Worker(bundle, {
    workerData: task,
    env: {},
    execArgv: [],
    // Swallows what pdf.js prints about a file.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMiB },
  });
  try {
    return await lastNews(worker, task, limits);
  } finally {
    await worker.terminate();
  }
}

function lastNews(
  worker: Worker,
  { name }: DocumentTask,
  { patienceMs, heapMiB, memoryBytes }: ReadingLimits,
): Promise<DocumentNews> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearInterval(watching);
      finish();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const memory = process.memoryUsage.rss();
    let heardAt = performance.now();
    const watching = setInterval(() => {
      if (process.memoryUsage.rss() - memory > memoryBytes) fail(tooMuch(name, memoryBytes));
      else if (performance.now() - heardAt > patienceMs) fail(tooSlow(name, patienceMs));
    }, watchMs);
    worker.on('message', (news: DocumentNews) => {
      heardAt = performance.now();
      if (news.kind !== 'alive') settle(() => resolve(news));
    });
    worker.on('error', (error) => {
      const full = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(full ? tooMuch(name, heapMiB * 1024 * 1024) : error);
    });
    worker.on('exit', () => fail(new Error(`The thread that reads ${name} ended.`)));
  });
}

/** The error for a document that takes more memory than that. */
export function tooMuch(name: string, bytes: number): DocumentError {
  const megabytes = Math.round(bytes / 1e6);
  return new DocumentError(
    `${name} takes more than ${megabytes} MB of memory to read: it unpacks to far more than it is, or is damaged. Split it, or convert it to text.`,
  );
}

function tooSlow(name: string, patienceMs: number): DocumentError {
  return new DocumentError(
    `${name} was given up: reading made no progress for ${patienceMs / 1000} s. Convert it to text, and ask about that.`,
  );
}

import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DocumentError } from './documentError';
import type { DocumentNews, DocumentTask } from './documentWorker';
import type { WrittenText } from './textWriter';

/** What reading one document may take. */
export interface ReadingLimits {
  /** It is given up when it makes no progress for so long, in milliseconds. A page takes some 20 ms. */
  readonly patienceMs: number;
  /** The heap of the thread, in MiB; what is outside of it is watched. */
  readonly heapMiB: number;
  /** Memory, in bytes. A file of 1 MB can unpack to a thousand. */
  readonly memoryBytes: number;
}

export const readingLimits: ReadingLimits = {
  patienceMs: 60_000,
  heapMiB: 512,
  memoryBytes: Math.min(1.5e9, totalmem() / 4),
};

/** How often the memory that reading takes is looked at, in milliseconds. */
const watchMs = 100;

/**
 * Reads a document as text into the file `task.target`, in a thread of its own: the caller's never waits.
 * @param bundle path of the thread's program, `dist/documents.js`.
 * @throws {DocumentError} when it is no document that can be read, or takes too much time or memory.
 * @throws the signal's reason when that aborts.
 */
export async function readDocument(
  task: DocumentTask,
  bundle: string,
  signal: AbortSignal,
  limits: ReadingLimits = readingLimits,
): Promise<WrittenText> {
  signal.throwIfAborted();
  const worker = new Worker(bundle, {
    workerData: task,
    env: {},
    execArgv: [],
    // pdf.js says there what it thinks of a file.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMiB },
  });
  try {
    return await textFrom(worker, task, signal, limits);
  } finally {
    await worker.terminate();
  }
}

function textFrom(
  worker: Worker,
  { name }: DocumentTask,
  signal: AbortSignal,
  { patienceMs, heapMiB, memoryBytes }: ReadingLimits,
): Promise<WrittenText> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearInterval(watching);
      signal.removeEventListener('abort', abort);
      finish();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const abort = () => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const memory = process.memoryUsage.rss();
    let heardAt = performance.now();
    const watching = setInterval(() => {
      if (process.memoryUsage.rss() - memory > memoryBytes) fail(tooMuch(name, memoryBytes));
      else if (performance.now() - heardAt > patienceMs) fail(tooSlow(name, patienceMs));
    }, watchMs);
    worker.on('message', (news: DocumentNews) => {
      heardAt = performance.now();
      if (news.kind === 'read') settle(() => resolve(news.text));
      else if (news.kind === 'failed') {
        fail(news.expected ? new DocumentError(news.message) : new Error(news.message));
      }
    });
    worker.on('error', (error) => {
      const full = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(full ? tooMuch(name, heapMiB * 1024 * 1024) : error);
    });
    worker.on('exit', () => fail(new Error(`The thread that reads ${name} ended.`)));
  });
}

function tooMuch(name: string, bytes: number): DocumentError {
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

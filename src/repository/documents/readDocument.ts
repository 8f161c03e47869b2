import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { execa } from 'execa';
import { DocumentError } from './documentError';
import {
  type DocumentNews,
  type DocumentTask,
  documentNews,
  type ReadingLimits,
} from './documentTask';
import { tooMuch } from './readInThread';
import type { WrittenText } from './textWriter';

/** The default limits. */
export const readingLimits: ReadingLimits = {
  patienceMs: 60_000,
  heapMiB: 512,
  memoryBytes: Math.min(1.5e9, totalmem() / 4),
};

/**
 * Reads a document as text into the file `task.target`, in a process of its own, so that the caller survives whatever
 * the document does to its reader.
 * @param bundle path of the process's program, `dist/documents.js`.
 * @throws {DocumentError} when it can't be read, or takes too much time or memory.
 * @throws the signal's reason when that aborts.
 */
export async function readDocument(
  task: DocumentTask,
  bundle: string,
  signal: AbortSignal,
  limits: ReadingLimits = readingLimits,
): Promise<WrittenText> {
  signal.throwIfAborted();
  const windows = process.platform === 'win32';
  const { SystemRoot = 'C:\\Windows' } = process.env;
  const reader = execa(process.execPath, [resolve(bundle)], {
    ipc: true,
    serialization: 'advanced',
    stdio: 'ignore',
    env: { ELECTRON_RUN_AS_NODE: '1', ...(windows ? { SystemRoot } : {}) },
    extendEnv: false,
    // An aborted process may leave its core dump there.
    cwd: dirname(task.target),
    reject: false,
    cancelSignal: signal,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const answered = await Promise.all([
    reader.getOneMessage(),
    reader.sendMessage({ task, limits }),
  ]).catch(() => null);
  if (answered) reader.kill();
  const { signal: died, exitCode = 0, shortMessage } = await reader;
  signal.throwIfAborted();
  if (answered) return textOf(documentNews.parse(answered[0]));
  // Node aborts when its heap is full. On Windows the exit code says so, as there are no signals.
  if (died !== undefined || exitCode >= 128) throw tooMuch(task.name, limits.heapMiB * 1024 * 1024);
  throw new Error(`${task.name} could not be read: ${shortMessage ?? 'its reader ended'}`);
}

function textOf(news: DocumentNews): WrittenText {
  switch (news.kind) {
    case 'read':
      return news.text;
    case 'failed':
      throw news.expected ? new DocumentError(news.message) : new Error(news.message);
    case 'alive':
      throw new Error('The reader of a document said nothing about it.');
  }
}

// The program of a wasm kernel's process: `node kernel.js FOLDER MAX_PAGES`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { listen } from './listener';
import { runPython } from './pythonThread';
import { newSharedLine } from './sharedLine';

/**
 * Megabytes of stack for Python's thread. Python limits recursion by a stack of its own, of 5 MB; this one,
 * of the machine, must never be the first to end, because then the kernel does.
 */
const stackMegabytes = 256;

if (isMainThread) {
  const [folder = '', maxPages = ''] = process.argv.slice(2);
  const shared = newSharedLine();
  const thread = new Worker(__filename, {
    workerData: { shared, folder, maxPages: Number(maxPages) },
    env: {},
    // Else Node would open this process's own for it, and that makes writing to them not wait.
    stdout: true,
    stderr: true,
    resourceLimits: { stackSizeMb: stackMegabytes },
  });
  listen(shared, thread);
  // Compiled here while the other thread comes to life.
  thread.postMessage(new WebAssembly.Module(readFileSync(join(folder, 'python.wasm'))));
} else if (parentPort !== null) {
  runPython(workerData, parentPort);
}

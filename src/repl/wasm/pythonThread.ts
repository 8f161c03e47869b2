import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../ground/fileFailure';
import { runGuest } from './guest';
import { HostLine } from './hostLine';
import { decodeImage } from './kernelImage';
import type { SharedLine } from './sharedLine';

export interface PythonThreadOptions {
  readonly shared: SharedLine;
  readonly folder: string;
  readonly maxPages: number;
}

/** The exit code of a kernel whose Python crashed: that of SIGABRT, as shells tell it. */
const crashed = 134;

/** Runs Python in this thread as soon as its program arrives, until the end of the kernel. */
export function runPython(options: PythonThreadOptions, mainThread: MessagePort): void {
  const { shared, folder, maxPages } = options;
  const image = decodeImage(readFileSync(join(folder, 'python.image')));
  const library = readFileSync(join(folder, 'python.library'));
  const line = new HostLine({ shared, request: (what) => mainThread.postMessage(what) });
  mainThread.once('message', (program: WebAssembly.Module) => {
    try {
      runGuest({
        program,
        image,
        maxPages,
        authority: {
          receive: (into) => line.receive(into),
          poll: (timeoutMs) => line.poll(timeoutMs),
          sleep: (timeoutMs) => line.sleep(timeoutMs),
          send: (from) => line.send(from),
          print: (from) => line.print(from),
          library,
          takeSignal: () => line.takeSignal(),
          setTimer: (milliseconds) => line.setTimer(milliseconds),
          dropSignals: () => line.dropSignals(),
          exit: (code) => process.exit(code),
        },
      });
    } catch (error) {
      writeSync(2, `${messageOf(error)}\n`);
      process.exit(crashed);
    }
    process.exit(0);
  });
}

import { homedir } from 'node:os';
import { usualPlaces } from '../models/localPlaces';
import { bundledAssets } from '../rlm/assets';
import { ask } from './ask';
import { exitStatus } from './exitStatus';
import { onInterrupt } from './interrupts';

/**
 * Runs `ask` with the process's own streams and environment, then ends the process.
 * @param dist folder of the bundles
 */
export function runProgram(dist: string): void {
  const interrupted = new AbortController();
  onInterrupt(
    process,
    () => performance.now(),
    () => interrupted.abort(new Error('Interrupted')),
    () => process.exit(exitStatus.interrupted),
  );

  let unwritten: Error | null = null;
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      // The pipe was closed (`ask ... | head`), or the terminal is gone: nobody is left to read.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') unwritten = error;
    });
  }

  ask(process.argv.slice(2), {
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    home: homedir(),
    assets: bundledAssets(dist),
    localPlaces: usualPlaces,
    stdin: () => process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    signal: interrupted.signal,
  }).then(
    // Otherwise connections that are kept alive would hold the process for seconds. All output is written.
    (status) => (unwritten === null ? process.exit(status) : tellUnwritten(unwritten)),
    fail,
  );
}

/** For example a full disk behind `ask ... > file`. It is not a bug, but the answer may be cut. */
function tellUnwritten({ message }: Error): void {
  const text = `ask: The output can't be written: ${message}. Make room, or write it elsewhere.`;
  process.stderr.write(`${text}\n`, () => process.exit(exitStatus.unusable));
}

function fail(error: unknown): void {
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`ask: ${text}\n`, () => process.exit(exitStatus.bug));
}

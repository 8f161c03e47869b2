import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Engine } from '../../contract/engineContract';
import type { Log } from '../log';
import { remoteEngine } from './remoteEngine';
import { serveChatModels } from './serveChatModels';
import { serveFetch } from './serveFetch';

/** How long the process may take to end before it is killed, in ms. */
const endLimitMs = 3_000;

/** An engine in a process of its own. */
export interface EngineProcess {
  readonly engine: Engine;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/**
 * Starts the engine in a process of its own, so that its work does not delay other extensions, and its memory is
 * freed with the window.
 * @param dist folder of the bundles
 */
export function startEngine(dist: string, log: Log): EngineProcess {
  const child = fork(join(dist, 'engine.js'), [], {
    // Not the extension host's arguments, which may be for debugging it.
    execArgv: [...smallHeap],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MALLOC_ARENA_MAX: '2' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const connection = createMessageConnection(
    new IPCMessageReader(child),
    new IPCMessageWriter(child),
  );
  // Looked up for each request: the editor may replace its `fetch`, for example when the proxy changes.
  const fetches = serveFetch(connection, (...request) => globalThis.fetch(...request));
  serveChatModels(connection);
  followErrors(child, log);
  let disposing = false;
  let how = 'it could not be started';
  const ended = once(child, 'exit')
    .then(
      ([code, signal]: unknown[]) => {
        how = signal === null ? `status ${String(code)}` : String(signal);
        if (!disposing) log.error(`The engine ended (${how}).`);
      },
      (error: unknown) => log.error('The engine could not be started.', error),
    )
    .finally(() => {
      fetches.dispose();
      connection.dispose();
    });
  const remote = remoteEngine(connection, () => how);
  connection.listen();
  return {
    ended,
    engine: {
      ...remote,
      dispose: async () => {
        disposing = true;
        await end(child, connection, remote, ended);
      },
    },
  };
}

/** Keeps V8 from growing its heap generously, to leave memory to the editor. */
const smallHeap = ['--max-semi-space-size=4', '--heap-growing-percent=30'];

async function end(
  child: ChildProcess,
  connection: MessageConnection,
  engine: Engine,
  ended: Promise<void>,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const limit = new AbortController();
  const tooLong = delay(endLimitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([engine.dispose().catch(() => undefined), tooLong, ended]);
  connection.end();
  if (child.connected) child.disconnect();
  await Promise.race([ended, tooLong]);
  limit.abort();
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await ended;
}

/** Copies the process's standard error to the log. */
function followErrors({ stderr }: ChildProcess, log: Log): void {
  if (!stderr) return;
  createInterface({ input: stderr }).on('line', (line) => {
    if (line.trim() !== '') log.warn(`Engine: ${line}`);
  });
}

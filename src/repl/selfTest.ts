import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Kernel, KernelFactory } from './kernel';
import { type ProbeTargets, type SandboxProbe, sandboxProbes } from './sandboxProbes';

/** What came of one probe. */
export interface ProbeResult {
  readonly name: string;
  readonly reachable: boolean;
  /** What stood in the way, or what was got, in the words of Python. */
  readonly how: string;
}

/** The self-test could not be carried out; the kernel must then count as unsafe. */
class SelfTestError extends Error {
  override readonly name = 'SelfTestError';
}

const probeTimeoutMs = 10_000;

/**
 * Starts a kernel and lets it try to get out. Takes about as long as the start; the host offers a file,
 * a folder and listeners on loopback addresses, and makes sure that it can reach them itself.
 * @throws {SelfTestError} when that fails. Whatever the kernel's start throws.
 */
export async function selfTest(
  kernels: KernelFactory,
  signal: AbortSignal,
): Promise<readonly ProbeResult[]> {
  signal.throwIfAborted();
  await using bait = await layBait();
  const kernel = await kernels.start({
    context: { kind: 'value', json: 'null' },
    handle: () => Promise.reject(new SelfTestError('The self-test makes no calls.')),
    signal,
  });
  try {
    const results: ProbeResult[] = [];
    for (const probe of sandboxProbes) {
      results.push(await tryProbe(kernel, probe, bait, signal));
      signal.throwIfAborted();
    }
    return results;
  } finally {
    await kernel.dispose();
  }
}

/** Whether nothing was reachable. */
export function isSafe(results: readonly ProbeResult[]): boolean {
  return results.length === sandboxProbes.length && results.every((result) => !result.reachable);
}

const outcome = z.tuple([z.string(), z.boolean(), z.string()]);
const marker = '@@probe ';

async function tryProbe(
  kernel: Kernel,
  probe: SandboxProbe,
  bait: Bait,
  signal: AbortSignal,
): Promise<ProbeResult> {
  bait.seen = false;
  const cell = probeCell(probe, bait.targets);
  const result = await kernel.execute(cell, { signal, timeoutMs: probeTimeoutMs });
  signal.throwIfAborted();
  const line = result.output.split('\n').find((text) => text.startsWith(marker));
  if (result.status !== 'ok' || line === undefined) {
    throw new SelfTestError(
      `The kernel did not survive an attempt to ${probe.name}: ${result.error?.message ?? result.status}.`,
    );
  }
  const [text, success, how] = outcome.parse(JSON.parse(line.slice(marker.length)));
  const { evidence } = probe;
  const reachable =
    text.includes(bait.secret) ||
    (await bait.wasReached()) ||
    (evidence === 'success' && success) ||
    (typeof evidence === 'object' && text.includes(evidence.text));
  return { name: probe.name, reachable, how };
}

/** A cell that tells what the probe returned, whether that is true, and what it ran into. */
function probeCell(probe: SandboxProbe, targets: ProbeTargets): string {
  const body = probe.code.replaceAll(/^/gm, '    ');
  return `import json
target = json.loads(${JSON.stringify(JSON.stringify(targets))})
def attempt():
${body}
try:
    outcome = attempt()
    outcome = [str(outcome)[:1000], bool(outcome), str(outcome)[:200]]
except BaseException as error:
    outcome = ["", False, f"{type(error).__name__}: {error}"[:300]]
print("\\n${marker}" + json.dumps(outcome))`;
}

/** What the host offers, and whether anyone took it. */
interface Bait extends AsyncDisposable {
  readonly targets: ProbeTargets;
  readonly secret: string;
  /** Set when a connection or a packet came. */
  seen: boolean;
  /** Whether something came or was written since `seen` was cleared. */
  wasReached(): Promise<boolean>;
}

async function layBait(): Promise<Bait> {
  await using stack = new AsyncDisposableStack();
  const secret = randomBytes(16).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'fathom-self-test-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const canary = join(folder, 'canary.txt');
  const written = join(folder, 'written.txt');
  await writeFile(canary, secret);
  await writeFile(join(folder, secret), '');

  const state = { seen: false };
  const see = (): void => {
    state.seen = true;
  };
  const tcpPort = await listenTcp(stack, { host: '127.0.0.1', port: 0 }, secret, see);
  const unixSocket = process.platform === 'win32' ? null : join(folder, 'socket');
  if (unixSocket !== null) await listenTcp(stack, { path: unixSocket }, secret, see);
  const udpPort = await listenUdp(stack, see);
  await reach(tcpPort, secret);
  state.seen = false;
  await arrive(udpPort, () => state.seen);

  const kept = stack.move();
  return {
    secret,
    targets: {
      canary,
      folder,
      written,
      tcpPort,
      udpPort,
      unixSocket,
      hostPid: process.pid,
      program: echoProgram,
    },
    get seen() {
      return state.seen;
    },
    set seen(value) {
      state.seen = value;
    },
    async wasReached() {
      // What came in while the kernel ran is delivered by now or in the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      return state.seen || (await exists(written));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const echoProgram: readonly string[] =
  process.platform === 'win32'
    ? ['cmd.exe', '/d', '/c', 'echo program42']
    : ['/bin/sh', '-c', 'echo program$((6*7))'];

async function listenTcp(
  stack: AsyncDisposableStack,
  where: { readonly port: number; readonly host: string } | { readonly path: string },
  secret: string,
  see: () => void,
): Promise<number> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    see();
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    socket.end(secret);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
  stack.defer(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listenUdp(stack: AsyncDisposableStack, see: () => void): Promise<number> {
  const socket = createSocket('udp4', see);
  stack.defer(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  return socket.address().port;
}

/** Makes sure that the listener can be reached at all: else its silence would prove nothing. */
async function reach(port: number, secret: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
  let text = '';
  try {
    for await (const chunk of socket) text += String(chunk);
  } catch (error) {
    throw new SelfTestError(`The self-test can't reach its own listener: ${error}.`);
  }
  if (text !== secret)
    throw new SelfTestError('The self-test got no answer from its own listener.');
}

async function arrive(port: number, seen: () => boolean): Promise<void> {
  const socket = createSocket('udp4');
  try {
    for (let attempt = 0; attempt < 200; attempt++) {
      socket.send('x', port, '127.0.0.1');
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (seen()) return;
    }
    throw new SelfTestError('The self-test can send no packet to itself.');
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

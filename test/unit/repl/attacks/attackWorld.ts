import { createSocket } from 'node:dgram';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { AttackTargets } from './attack';

/** Files, listeners and a process for attacks, all of them made for this and gone with it. */
export interface AttackWorld extends AsyncDisposable {
  readonly targets: AttackTargets;
  /** Puts back what an attack that succeeded has changed. */
  restore(): Promise<void>;
}

/** @param library a shared library that kernels have not loaded. */
export async function makeAttackWorld(library: string): Promise<AttackWorld> {
  await using stack = new AsyncDisposableStack();
  const base = await mkdtemp(join(tmpdir(), 'fathom-attacks-'));
  stack.defer(() => rm(base, { recursive: true, force: true }));
  const workspace = join(base, 'workspace');
  const home = join(base, 'home');
  const secret = `canary-${process.pid}-${Date.now()}`;
  const canary = join(workspace, 'canary.txt');
  const victimFile = join(workspace, 'victim.txt');
  await mkdir(workspace);
  await mkdir(join(home, '.ssh'), { recursive: true });
  await writeFile(canary, secret);
  await writeFile(join(workspace, 'canary_module.py'), `SECRET = ${JSON.stringify(secret)}\n`);
  await writeFile(join(home, '.ssh', 'id_ed25519'), secret);
  await symlink(canary, join(workspace, 'link'));
  await copyFile(library, join(base, 'library.so'));

  const tcp = await listen(stack, { port: 0, host: '127.0.0.1' }, secret);
  const address = tcp.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port was given.');
  const unixSocket = join(base, 'socket');
  await listen(stack, { path: unixSocket }, secret);
  const abstractSocket = `fathom-${process.pid}-${Date.now()}`;
  await listen(stack, { path: `\0${abstractSocket}` }, secret);
  const udpPort = await listenUdp(stack);

  // Node has no Unix datagrams; the process that does nothing holds one.
  const victim = execa(
    'python3',
    [
      '-c',
      `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\\0" + sys.argv[1] + "-datagram")
print("ready", flush=True)
sys.stdin.read()`,
      abstractSocket,
    ],
    { stdin: 'pipe', detached: true, reject: false, buffer: false },
  );
  stack.defer(async () => {
    victim.kill('SIGKILL');
    await victim;
  });
  const { pid } = victim;
  if (pid === undefined) throw new Error('The process to attack could not be started.');
  await new Promise<void>((resolve, reject) => {
    victim.stdout.once('data', () => resolve());
    victim.stdout.once('end', () => reject(new Error('The process to attack ended.')));
  });

  const kept = stack.move();
  const restore = async (): Promise<void> => {
    await writeFile(victimFile, 'victim');
    for (const name of ['new', 'new.db', 'folder', 'fifo', 'root', 'second']) {
      await rm(join(workspace, name), { recursive: true, force: true });
    }
  };
  await restore();
  return {
    targets: {
      workspace,
      canary,
      secret,
      home,
      missing: join(workspace, 'missing.txt'),
      victimFile,
      library: join(base, 'library.so'),
      tcpPort: address.port,
      udpPort,
      unixSocket,
      abstractSocket,
      hostPid: process.pid,
      victimPid: pid,
      hostName: hostname(),
    },
    restore,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function listen(
  stack: AsyncDisposableStack,
  where: { readonly port: number; readonly host: string } | { readonly path: string },
  secret: string,
): Promise<Server> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)));
    socket.on('error', () => socket.destroy());
    socket.end(`HTTP/1.0 200 OK\r\n\r\n${secret}`);
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
  return server;
}

async function listenUdp(stack: AsyncDisposableStack): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  stack.defer(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return socket.address().port;
}

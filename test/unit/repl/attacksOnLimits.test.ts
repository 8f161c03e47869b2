import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseConfinement, confinementFrom } from '../../../src/repl/chooseConfinement';
import type { Confinement } from '../../../src/repl/confinement';
import { findInterpreter, type Interpreter } from '../../../src/repl/interpreter';
import type { KernelFactory } from '../../../src/repl/kernel';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import { repetitions } from '../../host/repetitions';
import { descendants, runs } from './attacks/processes';
import { eventually, neverAborted, runtimeFolder, startKernel } from './kernelHarness';

const mebibyte = 1024 ** 2;
const limits = { memoryBytes: 512 * mebibyte, threads: 256 };

/** A cell that takes all it can get, and how long it needs to do harm, in ms. */
type Greedy = readonly [code: string, harmMs: number];

/** They may end when the kernel's own limits end them. */
const greedy: Readonly<Record<string, Greedy>> = {
  'a fork bomb': ['import os\nwhile True:\n    try: os.fork()\n    except OSError: pass', 400],
  'a fork bomb by C': ['import ctypes\nlibc = ctypes.CDLL(None)\nwhile True: libc.fork()', 400],
  'a million threads': [
    `import threading
threads = []
while True:
    try:
        thread = threading.Thread(target=threading.Event().wait, daemon=True)
        thread.start()
        threads.append(thread)
    except (RuntimeError, MemoryError): pass`,
    400,
  ],
  'a million threads of C': [
    `import ctypes
libc = ctypes.CDLL(None)
thread = ctypes.c_ulong()
attributes = ctypes.create_string_buffer(64)
libc.pthread_attr_init(attributes)
libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(16384))
while True: libc.pthread_create(ctypes.byref(thread), attributes, libc.pause, None)`,
    400,
  ],
  'memory without end': [
    'kept = []\nwhile True:\n    try: kept.append(bytearray(10_000_000))\n    except MemoryError: pass',
    700,
  ],
  'small pieces of memory without end': ['kept = []\nwhile True: kept.append([0])', 700],
  'descriptors without end': [
    'import os\nwhile True:\n    try: os.pipe()\n    except OSError: pass',
    200,
  ],
  'code that catches everything': [
    'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    100,
  ],
  'a long C call': ['sum(range(10**13))', 100],
  'a cell that ignores signals': [
    'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass',
    100,
  ],
};

const confinements = ['seccomp', 'bubblewrap'] as const;

describe.runIf(process.platform === 'linux').each(confinements)('a kernel in %s', (name) => {
  let interpreter: Interpreter;
  let confinement: Confinement | undefined;
  let kernels: KernelFactory;
  let folder: string;
  beforeAll(async () => {
    interpreter = await findInterpreter(null, runtimeFolder, neverAborted);
    const choices = await chooseConfinement(interpreter, runtimeFolder, neverAborted);
    const choice = choices.find(({ recipe }) => recipe.name === name);
    confinement = choice && confinementFrom(choice.recipe, limits);
    if (confinement) kernels = nativeKernels({ interpreter, confinement });
    folder = await mkdtemp(join(tmpdir(), 'fathom-limits-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.for(Object.entries(greedy))(
    'is rid of %s after Stop',
    async ([, [code, harmMs]], { skip }) => {
      if (confinement === undefined) return skip('It does not work on this machine.');
      const before = await descendants(process.pid);
      await using kernel = await startKernel(kernels);
      const own = (await descendants(process.pid)).filter((pid) => !before.includes(pid));
      const stop = new AbortController();
      const { promise: begins, resolve: begin } = Promise.withResolvers<void>();
      const running = kernel.run(`print("begins", flush=True)\n${code}`, {
        signal: stop.signal,
        onOutput: () => begin(),
      });
      await begins;
      await new Promise((resolve) => setTimeout(resolve, harmMs));
      const used = await usage(own);
      expect(used.threads).toBeLessThanOrEqual(limits.threads + 2);
      expect(used.memory).toBeLessThan(limits.memoryBytes + 64 * mebibyte);
      stop.abort();
      const result = await running;
      if (result.status === 'lost') {
        await eventuallyGone(own);
        await using next = await startKernel(kernels);
        expect((await next.run('6 * 7')).output).toBe('42\n');
      } else {
        expect((await kernel.run('6 * 7')).output).toBe('42\n');
      }
    },
  );

  it('gives a cell that runs out of memory a MemoryError, and goes on', async ({ skip }) => {
    if (confinement === undefined) return skip('It does not work on this machine.');
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('kept = 1\nbytearray(600 * 1024 * 1024)');
    expect(result.error?.name).toBe('MemoryError');
    expect((await kernel.run('kept')).output).toBe('1\n');
  });

  it('has no secret of its host in its memory or environment', async ({ skip }) => {
    if (confinement === undefined) return skip('It does not work on this machine.');
    const secret = `sk-${'canary'.split('').reverse().join('')}-${process.pid}`;
    process.env['FATHOM_TEST_API_KEY'] = secret;
    try {
      const before = await descendants(process.pid);
      await using kernel = await startKernel(kernels);
      const own = (await descendants(process.pid)).filter((pid) => !before.includes(pid));
      expect((await kernel.run('import os\nlist(os.environ)')).output).toBe('[]\n');
      expect((await kernel.run('__import__("ctypes").CDLL(None).getenv(b"HOME")')).output).toBe(
        '0\n',
      );
      expect(own.length).toBeGreaterThan(0);
      for (const pid of own) {
        // Only root may look; for others it is enough that the environment is empty.
        const found = await execa('python3', ['-c', searchMemory, String(pid), secret], {
          reject: false,
        });
        expect(found.stdout).not.toBe('found');
      }
      const host = await execa('python3', ['-c', searchMemory, String(process.pid), secret], {
        reject: false,
      });
      expect(['found', 'forbidden']).toContain(host.stdout);
    } finally {
      delete process.env['FATHOM_TEST_API_KEY'];
    }
  });

  it('imports what models use, without files', async ({ skip }) => {
    if (confinement === undefined) return skip('It does not work on this machine.');
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(`
import importlib
missing = []
for name in ${JSON.stringify(modules)}:
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(str(error))
print(missing)
import hashlib, sqlite3, decimal, xml.etree.ElementTree as tree, zlib, datetime, uuid, time
print(hashlib.sha256(b"").hexdigest()[:8], hashlib.md5(b"").hexdigest()[:8])
print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone())
print(decimal.Decimal("0.1") * 3, tree.fromstring("<a><b/></a>")[0].tag, len(uuid.uuid4().hex))
print(zlib.decompress(zlib.compress(b"x" * 9)), time.strftime("%Z"), "é".encode("utf-16-le"))
print("a\\u00e4.example".encode("idna"))`);
    expect(result.output).toBe(
      "[]\ne3b0c442 d41d8cd9\n(42,)\n0.3 b 32\nb'xxxxxxxxx' UTC b'\\xe9\\x00'\nb'xn--a-0fa.example'\n",
    );
  });

  it('runs threads and asyncio', async ({ skip }) => {
    if (confinement === undefined) return skip('It does not work on this machine.');
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(`
import asyncio, threading, queue
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(32) as pool:
    print(sum(pool.map(lambda n: n * n, range(1000))))
async def slow(n):
    await asyncio.sleep(0.01)
    return await asyncio.to_thread(lambda: n)
print(sum(await asyncio.gather(*(slow(n) for n in range(20)))))
threads = [threading.Thread(target=lambda: None) for _ in range(500)]
for t in threads:
    t.start()
    t.join()
print("ended")`);
    expect(result.output).toBe('332833500\n190\nended\n');
  });

  it('is gone when its host is killed', async ({ skip }) => {
    if (confinement === undefined) return skip('It does not work on this machine.');
    const program = join(folder, 'host.cjs');
    await build({
      stdin: {
        contents: hostProgram,
        resolveDir: join(import.meta.dirname, '../../..'),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile: program,
      logLevel: 'error',
    });
    for (const code of ['while True: pass', 'sum(range(10**13))', 'import time\ntime.sleep(600)']) {
      const cell = `print("running", flush=True)\nimport time\ntime.sleep(0.2)\n${code}`;
      const host = execa(process.execPath, [program, runtimeFolder, name, cell], { reject: false });
      let output = '';
      host.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      await eventually(() => output.includes('running'), 'the cell to run');
      const below = await descendants(host.pid ?? -1);
      expect(below.length).toBeGreaterThan(0);
      host.kill('SIGKILL');
      await eventuallyGone(below);
      await host;
    }
  });

  it('leaves nothing behind after many starts', async ({ skip }) => {
    if (confinement === undefined) return skip('It does not work on this machine.');
    const descriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const first = await startKernel(kernels);
    await first.kernel.dispose();
    const before = await descriptors();
    const processes = await descendants(process.pid);
    for (let round = 0; round < repetitions(10, 4); round++) {
      const started = await Promise.all(Array.from({ length: 4 }, () => startKernel(kernels)));
      await Promise.all(started.map(({ kernel }) => kernel.dispose()));
    }
    await eventuallyGone(
      (await descendants(process.pid)).filter((pid) => !processes.includes(pid)),
    );
    expect(await descriptors()).toBeLessThanOrEqual(before);
  });
});

const modules = [
  ...['abc', 'argparse', 'array', 'ast', 'asyncio', 'base64', 'bisect', 'bz2', 'calendar', 'cmath'],
  ...[
    'collections.abc',
    'concurrent.futures',
    'configparser',
    'copy',
    'csv',
    'ctypes',
    'dataclasses',
  ],
  ...['datetime', 'decimal', 'difflib', 'dis', 'email.message', 'enum', 'fnmatch', 'fractions'],
  ...[
    'functools',
    'glob',
    'graphlib',
    'gzip',
    'hashlib',
    'heapq',
    'hmac',
    'html.parser',
    'inspect',
  ],
  ...['io', 'ipaddress', 'itertools', 'json', 'keyword', 'linecache', 'logging.handlers', 'lzma'],
  ...['math', 'mimetypes', 'operator', 'os.path', 'pathlib', 'pickle', 'platform', 'pprint'],
  ...[
    'queue',
    'random',
    're',
    'sched',
    'secrets',
    'selectors',
    'shlex',
    'shutil',
    'signal',
    'socket',
  ],
  ...['sqlite3', 'statistics', 'string', 'struct', 'subprocess', 'symtable', 'tarfile', 'tempfile'],
  ...['textwrap', 'threading', 'timeit', 'token', 'tokenize', 'traceback', 'typing', 'unicodedata'],
  ...['unittest.mock', 'urllib.parse', 'urllib.request', 'uuid', 'weakref', 'xml.dom.minidom'],
  ...['xml.etree.ElementTree', 'zipfile', 'zlib', 'zoneinfo', 'encodings.cp1252'],
];

/** Looks through the memory of a process for a text. */
const searchMemory = `
import sys
needle = sys.argv[2].encode()
try:
    with open(f"/proc/{sys.argv[1]}/maps") as maps, open(f"/proc/{sys.argv[1]}/mem", "rb", 0) as memory:
        for line in maps:
            area, rights = line.split()[:2]
            if "r" not in rights or "[v" in line: continue
            start, end = (int(part, 16) for part in area.split("-"))
            if end - start > 1 << 30: continue
            try:
                memory.seek(start)
                if needle in memory.read(end - start):
                    print("found")
                    sys.exit()
            except (OSError, OverflowError): pass
    print("absent")
except PermissionError:
    print("forbidden")`;

const hostProgram = `
import { chooseConfinement, confinementFrom } from './src/repl/chooseConfinement';
import { findInterpreter } from './src/repl/interpreter';
import { nativeKernels } from './src/repl/nativeKernel';
async function main() {
  const [, , runtimeFolder, name, code] = process.argv;
  const { signal } = new AbortController();
  const interpreter = await findInterpreter(null, runtimeFolder, signal);
  const choices = await chooseConfinement(interpreter, runtimeFolder, signal);
  const { recipe } = choices.find(({ recipe }) => recipe.name === name);
  const kernels = nativeKernels({ interpreter, confinement: confinementFrom(recipe) });
  const kernel = await kernels.start({
    context: { kind: 'value', json: 'null' }, signal, handle: async () => ({}) });
  await kernel.execute(code, {
    signal, timeoutMs: 600_000, onOutput: (text) => process.stdout.write(text) });
}
void main();`;

/** Threads and bytes of memory of these processes together. */
async function usage(pids: readonly number[]): Promise<{ threads: number; memory: number }> {
  let threads = 0;
  let memory = 0;
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    threads += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    memory += 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return { threads, memory };
}

async function eventuallyGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    const deadline = performance.now() + 10_000;
    while (await runs(pid)) {
      if (performance.now() > deadline) throw new Error(`Process ${pid} still runs.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

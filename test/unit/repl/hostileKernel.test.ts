import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellResult } from '../../../src/repl/kernel';
import { type KernelLimits, kernelLimits } from '../../../src/repl/kernelLimits';
import { KernelSession } from '../../../src/repl/kernelSession';
import { startPython } from '../../../src/repl/nativeKernel';
import { type Handler, neverAborted } from './kernelHarness';

/** Says `ready`, waits for the cell, then does its worst. */
const prelude = `
import json, os, sys, time
def send(header, body=b""):
    data = header if isinstance(header, bytes) else json.dumps({"bytes": len(body), **header}).encode() + b"\\n"
    data += body
    while data: data = data[os.write(1, data):]
sys.stdin.buffer.readline()
send({"type": "ready", "python": "3.0.0"})
sys.stdin.buffer.readline()
def done(report=None, **more):
    report = {"error": None, "variables": [], "answer": None, "draft": ""} if report is None else report
    send({"type": "done", "cell": 1, "status": "ok", **more}, json.dumps(report).encode())
`;

describe('a hostile kernel', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-hostile-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function attack(
    code: string,
    limits: Partial<KernelLimits> = {},
    handle: Handler = () => new Promise(() => {}),
    begin = prelude,
    timeoutMs = 20_000,
  ): Promise<CellResult> {
    const file = join(folder, 'runtime.py');
    await writeFile(file, begin + code);
    const session = new KernelSession({
      process: startPython('/usr/bin/env', ['python3', '-I', file]),
      handle,
      limits: { ...kernelLimits, handlersGraceMs: 10, ...limits },
    });
    try {
      await session.initialize({ kind: 'repository', name: 'x', maxFileSize: 1024 }, neverAborted);
      return await session.execute('pass', { signal: neverAborted, timeoutMs });
    } finally {
      await session.dispose();
    }
  }

  it('that behaves is not ended (the control of these tests)', async () => {
    const result = await attack(
      'send({"type": "output", "skipped": 0, "escaped": False}, b"hi")\ndone()\ntime.sleep(9)',
    );
    expect(result).toMatchObject({ status: 'ok', output: 'hi' });
  });

  const flood = `
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
for i in range(1, 4001): send({"type": "call", "id": i, "method": "files", "args": {"glob": None}})
`;
  /** A pipe that nobody reads, or everything that comes is read. */
  const reading = `
import threading
def read():
    while os.read(0, 1 << 20): pass
threading.Thread(target=read, daemon=True).start()
`;

  it('that floods the host has few calls answered at once, in order', async () => {
    const order: number[] = [];
    let open = 0;
    let most = 0;
    let calls = 0;
    await attack(`${reading}${flood}time.sleep(0.2)\ndone()`, {}, async () => {
      calls += 1;
      order.push(calls);
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { body: 'x' };
    });
    expect(most).toBe(kernelLimits.maxAnsweredAtOnce);
    expect(order.length).toBeGreaterThan(100);
  });

  it('that floods the host and reads nothing is not answered any more', async () => {
    let answered = 0;
    const body = Buffer.alloc(1024 * 1024);
    const result = await attack(
      `${flood}time.sleep(60)`,
      { pausingUnreadBytes: 3 * body.length, killMs: 50 },
      async () => {
        answered += 1;
        return { body };
      },
      prelude,
      1000,
    );
    expect(result.error?.message).toMatch(/waited for the repository for its limit of 3 s/);
    expect(answered).toBeGreaterThan(2);
    expect(answered).toBeLessThan(3 + 2 * kernelLimits.maxAnsweredAtOnce);
  });

  it('that floods the host with calls that never end is ended at its limit', async () => {
    const result = await attack(`${flood}time.sleep(60)`, { killMs: 50 }, undefined, prelude, 300);
    expect(result.error?.message).toMatch(/waited for the repository for its limit of 0.9 s/);
  });

  it('that waits for models is not ended at that limit', async () => {
    const asks = 'send({"type": "call", "id": 1, "method": "llm_query", "args": {"model": None}})';
    const result = await attack(
      `${asks}\nsys.stdin.buffer.readline()\ndone()\ntime.sleep(9)`,
      {},
      () => new Promise((resolve) => setTimeout(resolve, 1500, { body: 'x' })),
      prelude,
      300,
    );
    expect(result.status).toBe('ok');
  });

  it('that makes calls wait with more than memory holds is ended', async () => {
    const result = await attack(
      `for i in range(1, 100): send({"type": "call", "id": i, "method": "text_find", "args": {}}, b"x" * 1000000)\ntime.sleep(60)`,
      { maxWaitingBytes: 10_000_000 },
    );
    expect(result.error?.message).toMatch(/calls that waited held more than 10,000,000 bytes/);
  });

  it.each([
    ['noise', 'send(b"noise\\n")', /not JSON: "noise"/],
    ['bytes that are not text', 'send(b"\\xff\\xfe\\n")', /not JSON/],
    ['JSON that is no object', 'send(b"[1]\\n")', /has no size/],
    ['a header without a size', 'send(b\'{"type":"done"}\\n\')', /has no size/],
    ['a negative size', 'send({"type": "done", "bytes": -1})', /has no size/],
    ['an unknown type', 'send({"type": "exec"})', /not of the protocol/],
    ['an unknown field', 'send({"type": "ready", "python": "3", "x": 1})', /not of the protocol/],
    ['a second ready', 'send({"type": "ready", "python": "3"})', /"ready" unasked/],
    [
      'an unasked reply',
      'send({"type": "checked", "request": 1, "index": 0})',
      /"checked" unasked/,
    ],
    ['another cell’s end', 'done(cell=7)', /a cell that does not run/],
    ['a second end', 'done()\ndone()', null],
    ['a report of nonsense', 'done([])', /report of a cell/],
    [
      'a report that is not JSON',
      'send({"type": "done", "cell": 1, "status": "ok"}, b"{")',
      /report of a cell/,
    ],
    ['a status of its own', 'done(status="lost")', /not of the protocol/],
    [
      'a body of a gigabyte',
      'send({"type": "output", "bytes": 10**9})',
      /1,000,000,000 bytes is larger/,
    ],
    ['an endless header', 'while True: send(b"x" * 100000)', /header line is longer/],
    [
      'text that is not what it says',
      'send({"type": "output", "skipped": 0, "escaped": True}, b"[]")',
      /printed text/,
    ],
    [
      'the same call twice',
      'for _ in "ab": send({"type": "call", "id": 1, "method": "read", "args": {}})',
      /call 1 was made twice/,
    ],
    [
      'deeply nested arguments',
      'send(b\'{"type":"call","id":1,"method":"m","bytes":0,"args":{"a":\' + b"[" * 200000 + b"]" * 200000 + b"}}\\n")\ntime.sleep(0.3)\nsend(b"noise\\n")',
      /not JSON/,
    ],
  ])('is ended for %s', async (_, code, reason) => {
    const result = await attack(`${code}\ntime.sleep(20)`);
    if (reason === null) {
      // It came after the cell had ended well, and is held against the next one.
      expect(['ok', 'lost']).toContain(result.status);
      return;
    }
    expect(result.status).toBe('lost');
    expect(result.error?.message).toMatch(reason);
    expect(result.error?.message).toMatch(/^The kernel broke the protocol/);
  });

  it('that answers a request before it says that it is ready is not used', async () => {
    const early = prelude.replace(
      '{"type": "ready", "python": "3.0.0"}',
      '{"type": "checked", "request": 0, "index": -1}',
    );
    await expect(attack('done()\ntime.sleep(9)', {}, undefined, early)).rejects.toThrow(
      /"checked" unasked/,
    );
  });

  it.each<[string, string, Partial<KernelLimits>, RegExp]>([
    [
      'open calls',
      'for i in range(1, 100): send({"type": "call", "id": i, "method": "m", "args": {}})',
      { maxOpenCalls: 10 },
      /more than 10 calls were open/,
    ],
    [
      'printed bytes',
      'while True: send({"type": "output", "skipped": 0, "escaped": False}, b"x" * 1000)',
      { maxOutputBytes: 100_000 },
      /printed more than 100,000 bytes/,
    ],
    [
      'bytes printed by C code',
      'while True: os.write(2, b"x" * 1000)',
      { maxOutputBytes: 100_000 },
      /printed more than 100,000 bytes/,
    ],
  ])('is ended for too many %s', async (_, code, limits, reason) => {
    const result = await attack(code, limits);
    expect(result.status).toBe('lost');
    expect(result.error?.message).toMatch(reason);
  });

  it.each<[string, Partial<KernelLimits>, RegExp]>([
    ['in a cell', { maxCallsPerCell: 100 }, /more than 100 calls were made in one cell/],
    ['a second', { maxCallsPerSecond: 10 }, /more than 10 calls a second/],
  ])('is ended for too many calls %s', async (_, limits, reason) => {
    const result = await attack(
      'i = 0\nwhile True:\n    i += 1\n    send({"type": "call", "id": i, "method": "m", "args": {}})\n    sys.stdin.buffer.readline()',
      limits,
      async () => ({}),
    );
    expect(result.error?.message).toMatch(reason);
  });

  it('is ended when it asks for much and reads nothing', async () => {
    const result = await attack(
      'for i in range(1, 30): send({"type": "call", "id": i, "method": "m", "args": {}})\ntime.sleep(20)',
      { maxUnreadBytes: 10_000_000 },
      async () => ({ body: Buffer.alloc(1_000_000) }),
    );
    expect(result.error?.message).toMatch(/asks for more than it reads/);
  });
});

describe('a kernel that does not start', () => {
  async function start(code: string): Promise<void> {
    const session = new KernelSession({
      process: startPython('/bin/sh', ['-c', code]),
      handle: () => Promise.reject(new Error('unexpected')),
      limits: { ...kernelLimits, startTimeoutMs: 300 },
    });
    try {
      await session.initialize({ kind: 'repository', name: 'x', maxFileSize: 1024 }, neverAborted);
    } finally {
      await session.dispose();
    }
  }

  it('tells what it printed', async () => {
    await expect(start('echo "no encodings" >&2; exit 1')).rejects.toThrow(
      /did not start\. The kernel ended itself \(exit code 1\)\.\nno encodings/,
    );
  });

  it('is ended when it stays silent', async () => {
    await expect(start('sleep 60')).rejects.toThrow(/did not answer within 0.3 s/);
  });
});

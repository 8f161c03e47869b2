import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, startKernel, unconfinedKernels } from './kernelHarness';

describe.each(contractKernels)('the output of a $name kernel', ({ factory, threads }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('keeps stdout and stderr together, in order', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(`
import sys
for i in range(3):
    print("out", i)
    print("err", i, file=sys.stderr)
sys.stdout.buffer.write("bytes é\\n".encode())
"echo"`);
    expect(result.output).toBe("out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\nbytes é\n'echo'\n");
    expect(result.outputLength).toBe(result.output.length);
  });

  it('streams what is printed before the cell ends', async () => {
    const { promise: seen, resolve: see } = Promise.withResolvers<void>();
    await using kernel = await startKernel(kernels, {
      handle: async () => {
        await seen;
        return { body: 'go on' };
      },
    });
    let streamed = '';
    // The cell can't end before its output was seen here.
    const result = await kernel.run('print("early", end="!")\nllm_query("wait")\nprint("late")', {
      onOutput: (text) => {
        streamed += text;
        if (streamed.includes('early!')) see();
      },
    });
    expect(result.output).toBe('early!late\n');
    expect(streamed).toBe('early!late\n');
  });

  it('streams what was printed by a cell that then hangs', async () => {
    await using kernel = await startKernel(kernels);
    const stop = new AbortController();
    let streamed = '';
    const result = await kernel.run(
      'import time\nprint("one")\nprint("two")\nprint("three")\ntime.sleep(60)',
      {
        signal: stop.signal,
        onOutput: (text) => {
          streamed += text;
          if (streamed.includes('three')) stop.abort();
        },
      },
    );
    expect(result.status).toBe('interrupted');
    expect(streamed.startsWith('one\ntwo\nthree\n')).toBe(true);
  });

  it('is cut in the middle at 20,000 characters, and says how long it was', async () => {
    await using kernel = await startKernel(kernels);
    const whole = await kernel.run('print("é" * 19_999)');
    expect(whole.output).toBe(`${'é'.repeat(19_999)}\n`);
    const cut = await kernel.run('for i in range(100_000): print(f"{i:06}")');
    expect(cut.outputLength).toBe(700_000);
    expect(cut.output.length).toBeLessThan(20_200);
    expect(cut.output.startsWith('000000\n000001\n')).toBe(true);
    expect(cut.output.endsWith('099998\n099999\n')).toBe(true);
    expect(cut.output).toMatch(
      /\[\.\.\. 680,000 of 700,000 characters left out; all of it is in the variable output_\d \.\.\.\]/,
    );
  });

  it('takes no memory when it does not end', async () => {
    await using kernel = await startKernel(kernels);
    let received = 0;
    const result = await kernel.run('line = "x" * 9999\nwhile True: print(line)', {
      timeoutMs: 1000,
      onOutput: (text) => {
        received += text.length;
      },
    });
    expect(result.status).toBe('timeout');
    expect(result.outputLength).toBeGreaterThan(10_000_000);
    expect(received).toBeLessThan(1_000_000);
    expect(result.output).toMatch(/KeyboardInterrupt\n$/);
    const big = await kernel.run('print("y" * 300_000_000)');
    expect(big.outputLength).toBe(300_000_001);
  });

  it('keeps unpaired surrogates and never trips over them', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(
      'name = b"caf\\xe9".decode("utf-8", "surrogateescape")\nprint(name)\nname',
    );
    expect(result.output).toBe("caf\udce9\n'caf\\udce9'\n");
    expect((await kernel.run('answer["content"] = name')).draft).toBe('caf\udce9');
    expect((await kernel.run('raise ValueError(name)')).error?.message).toBe('caf\udce9');
  });

  it('counts what C code and child processes print, and keeps it away from the protocol', async () => {
    await using kernel = await startKernel(await unconfinedKernels());
    const result = await kernel.run(`
import os, subprocess, sys
frame = b'{"type":"done","cell":1,"status":"ok","bytes":0}\\n'
os.write(1, frame)
os.write(2, b"on two\\n")
os.system("echo from a shell")
subprocess.run([sys.executable, "-c", "print('from a child')"])
x = 1`);
    expect(result.status).toBe('ok');
    expect(result.output).toContain('{"type":"done"');
    expect(result.output).toContain('on two\nfrom a shell\nfrom a child\n');
    expect((await kernel.run('x')).output).toBe('1\n');
  });

  it('does not let a forked process speak for the kernel', async () => {
    await using kernel = await startKernel(await unconfinedKernels());
    const result = await kernel.run(`
import os
pid = os.fork()
if pid == 0:
    print("child")
    try:
        read("a")
    except NotAvailable as error:
        print(error)
else:
    os.waitpid(pid, 0)
    print("parent")`);
    expect(result.status).toBe('ok');
    expect(result.output).toContain("child\nread can't be used in a forked process");
    expect(result.output).toContain('parent');
    expect((await kernel.run('2')).output).toBe('2\n');
  });

  it.runIf(threads)('takes prints of finalizers and threads', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(`
import threading, gc
class Loud:
    def __init__(self): self.me = self
    def __del__(self): print("gone")
def work(n):
    for i in range(200):
        Loud()
        print(n, i)
gc.set_threshold(3)
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
gc.collect()
gc.set_threshold(700)
print("end")`);
    expect(result.status).toBe('ok');
    // `print` writes a line's end apart from its text: another thread's text may come between.
    expect(result.output.match(/gone/g)).toHaveLength(800);
    expect(result.output.endsWith('end\n')).toBe(true);
  });
});

describe.each(contractKernels)(
  'output that is too long to show, in a $name kernel',
  ({ factory }) => {
    it('is in a variable for the next cells', async () => {
      await using kernel = await startKernel(await factory());
      const long = await kernel.run('for i in range(10_000):\n    print("line", i)');
      expect(long.output).toContain('left out; all of it is in the variable output_1');
      const next = await kernel.run('print(output_1.splitlines()[5000], len(output_1))');
      expect(next.output).toBe('line 5000 98890\n');
    });

    it('is kept up to a limit, however much is printed', async () => {
      await using kernel = await startKernel(await factory());
      const huge = await kernel.run('for i in range(60):\n    print("x" * 1_000_000)');
      expect(huge.outputLength).toBeGreaterThan(60_000_000);
      expect((await kernel.run('len(output_1)')).output).toBe('5000000\n');
    });

    it('is cut where the longest print is, and says which that is', async () => {
      await using kernel = await startKernel(await factory());
      const { output } = await kernel.run(
        'print("first", 1)\nfor n in range(30):\n    print("row", n)\nbig = "\\n".join(f"line {n}" for n in range(9000))\nprint(big)\nprint("last", 2)\nlen(big)',
      );
      expect(output.startsWith('first 1\nrow 0\n')).toBe(true);
      expect(output).toContain('row 29\nline 0\nline 1\n');
      const [, left, all] =
        /\n\[\.\.\. ([\d,]+) of ([\d,]+) characters of the print in line 5 left out; all of it is in the variable output_1 \.\.\.\]\nline \d{4}\n/.exec(
          output,
        ) ?? [];
      expect(all).toBe('88,890');
      expect(left).toMatch(/^69,\d{3}$/);
      expect(output.endsWith('line 8999\nlast 2\n88889\n')).toBe(true);
      expect(output.length).toBeGreaterThan(19_000);
      expect(output.length).toBeLessThan(20_200);
    });

    it('is cut in each print that is long, and in no short one', async () => {
      await using kernel = await startKernel(await factory());
      const { output } = await kernel.run(
        'def show(c):\n    print(c * 15_000)\nshow("a")\nprint("between")\nshow("b")\nprint("x" * 900)\n1/0',
      );
      expect(output.match(/of the print in line 2 left out/g)).toHaveLength(2);
      expect(output).toMatch(/\na+\nbetween\nb+\n\[/);
      expect(output).toContain(`\n${'x'.repeat(900)}\nTraceback`);
      expect(output).toContain('ZeroDivisionError');
      expect((await kernel.run('len(output_1) > 30_000, "Zero" in output_1')).output).toBe(
        '(True, True)\n',
      );
      const later = await kernel.run('show("c" * 2)');
      expect(later.output).toContain('of the print in line 2 of cell 1 left out');
    });

    it('is cut in the middle where many prints are long, and says where', async () => {
      await using kernel = await startKernel(await factory());
      const { output } = await kernel.run(
        'for n in range(60):\n    print(f"{n}: " + "x" * 800)\nprint("end")',
      );
      expect(output).toMatch(
        /\[\.\.\. [\d,]+ of [\d,]+ characters of \d+ prints in line 2 left out; all of it is in the variable output_1 \.\.\.\]\n/,
      );
      expect(output.endsWith('\nend\n')).toBe(true);
    });
  },
);

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { SpooledText } from '../../../src/repository/documents/spooledText';
import { TextWriter } from '../../../src/repository/documents/textWriter';
import { Ripgrep } from '../../../src/repository/programs/ripgrep';
import { bundledAssets } from '../../../src/rlm/assets';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { answerHostCall } from '../../host/answerHostCall';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { contractKernels, type Handler, startKernel, type TestKernel } from './kernelHarness';

/** 2.2 million characters in 40,000 lines: with ones of 1 to 4 bytes, so that nothing can be guessed. */
const lines = Array.from(
  { length: 40_000 },
  (_, index) =>
    `${index} the quick brown fox${index % 3 === 0 ? ' über 日本 😀' : ''} jumps over ${'dog '.repeat(index % 7)}`,
);
const whole = `${lines.join('\n')}\nthe last line has no end`;
const chars = [...whole].length;

let folder: TemporaryFolder;
let text: SpooledText;
beforeAll(async () => {
  folder = await temporaryFolder('lazy');
  const writer = await TextWriter.create(join(folder.path, '0.txt'));
  // As it comes from a decoder: in pieces that may end anywhere.
  for (let at = 0; at < whole.length; at += 77_777)
    await writer.write(whole.slice(at, at + 77_777));
  const { ripgrep } = bundledAssets(join(projectFolder, 'dist'));
  text = await SpooledText.open(await writer.finish(), new Ripgrep(ripgrep));
});
afterAll(async () => {
  await text.close();
  await folder[Symbol.asyncDispose]();
});

describe.each(contractKernels)('a lazy text in a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  let kernel: TestKernel;
  let calls: string[];
  beforeAll(async () => {
    kernels = await factory();
    kernel = await start();
  });
  afterAll(async () => {
    await kernel[Symbol.asyncDispose]();
  });

  async function start(): Promise<TestKernel> {
    const coverage = new Coverage();
    const documents = [
      { name: 'logs/big.log', text },
      { name: 'small.txt', text: 'one\ntwo fox\n' },
    ];
    const handle: Handler = (call, signal) => {
      calls.push(call.method);
      return answerHostCall(call, { kind: 'documents', documents }, coverage, signal);
    };
    calls = [];
    return startKernel(kernels, {
      context: {
        kind: 'documents',
        documents: [
          {
            name: 'logs/big.log',
            firstLine: 1,
            bytes: null,
            host: { chars: text.chars, lines: text.lines },
          },
          {
            name: 'small.txt',
            firstLine: 1,
            bytes: async () => Buffer.from('one\ntwo fox\n'),
            host: null,
          },
        ],
      },
      handle,
    });
  }

  /** What a cell prints. */
  async function said(code: string): Promise<string> {
    const { output } = await kernel.run(`big, small = context\n${code}`);
    return output.replace(/\n$/, '');
  }

  async function says(code: string): Promise<unknown> {
    const output = await said(`import json\nprint(json.dumps(${code}))`);
    return JSON.parse(output);
  }

  /** As Python slices: by code points. */
  const slice = (from: number, to?: number) => [...whole].slice(from, to).join('');

  it('has the size of the text', async () => {
    expect(await says('[len(big), len(big.lines), len(small), bool(big)]')).toEqual([
      chars,
      40_001,
      12,
      true,
    ]);
  });

  it.each([
    ['[:100]', 0, 100],
    ['[-30:]', -30, undefined],
    ['[1_000_000:1_000_050]', 1_000_000, 1_000_050],
    ['[-500_000:-499_900]', -500_000, -499_900],
    ['[5:2]', 5, 2],
    ['[10_000_000:]', 10_000_000, undefined],
  ])('is sliced as a str is: %s', async (code, from, to) => {
    expect(await says(`big${code}`)).toBe(slice(from, to));
  });

  it('is indexed, and refuses what is not there, or a step', async () => {
    expect(await says('[big[0], big[-1], big[777_777]]')).toEqual([
      '0',
      'd',
      slice(777_777, 777_778),
    ]);
    expect(await said('big[10_000_000]')).toContain('IndexError');
    expect(await said('big[::2]')).toContain('sliced without a step');
    expect(await said('big[0:20_000_000]; 1')).toBe('1');
  });

  it('is searched for text, by characters', async () => {
    const place = [...whole.slice(0, whole.indexOf('39999 the'))].length;
    expect(
      await says(
        '[big.find("39999 the"), big.rfind("fox"), big.find("nowhere"), "über 日本" in big, "never" in big, big.find(""), big.index("0 the", 5)]',
      ),
    ).toEqual([
      place,
      [...whole.slice(0, whole.lastIndexOf('fox'))].length,
      -1,
      true,
      false,
      0,
      [...whole.slice(0, whole.indexOf('0 the', 5))].length,
    ]);
    expect(await says('[big.count("fox"), big.count("日本", 1000), big.count("x", 5, 5)]')).toEqual(
      [40_000, whole.split('日本').length - 1 - (slice(0, 1000).split('日本').length - 1), 0],
    );
    expect(await said('big.index("nowhere")')).toContain('substring not found');
    expect(
      await says('[big.startswith("0 the"), big.endswith(("x", "no end")), big == "x"]'),
    ).toEqual([true, true, false]);
  });

  it('has lines, which are fetched when they are asked for', async () => {
    expect(
      await says('[big.lines[0], big.lines[-1], big.lines[20_000:20_002], big.splitlines()[5]]'),
    ).toEqual([lines[0], 'the last line has no end', lines.slice(20_000, 20_002), lines[5]]);
    expect(await says('sum(1 for line in big)')).toBe(40_001);
    expect(await says('next(iter(big))')).toBe(`${lines[0]}\n`);
    expect(await says('"".join(big) == "\\n".join(big.split("\\n"))')).toBe(true);
    expect(await says('[big.read(3, 4), big.read(40_001), big.read(50_000)]')).toEqual([
      `${lines[2]}\n${lines[3]}\n`,
      'the last line has no end',
      '',
    ]);
  });

  it('is grepped, counted and cut by the host, with the other documents', async () => {
    expect(await says('[str(match) for match in grep("^(3999[89]|two) ", max_count=9)]')).toEqual([
      `logs/big.log:39999: ${lines[39_998]}`,
      `logs/big.log:40000: ${lines[39_999]}`,
      'small.txt:2: two fox',
    ]);
    expect(await says('[grep("FOX", ignore_case=True).total, grep("fox").truncated]')).toEqual([
      1002,
      true,
    ]);
    expect(await says('[count("fox"), count("日本", path="logs/big.log")]')).toEqual([
      { 'logs/big.log': 40_000, 'small.txt': 1 },
      { 'logs/big.log': 13_334 },
    ]);
    expect(await says('[str(m) for m in big.grep(r"^7 ", before=1, after=1)]')).toEqual([
      `logs/big.log-7- ${lines[6]}`,
      `logs/big.log:8: ${lines[7]}`,
      `logs/big.log-9- ${lines[8]}`,
    ]);
    expect(await said('grep("(")')).toContain('ValueError');
    expect(await says('read("context[0]", 2, 2) + read("small.txt", 2)')).toBe(
      `${lines[1]}\ntwo fox\n`,
    );
    expect(
      await says(
        '[max(len(c) for c in chunks(max_chars=50_000)) <= 50_000, "".join(read(p.path, p.start, p.end) for c in chunks() for p in c.pieces) == "".join(big) + small]',
      ),
    ).toEqual([true, true]);
    expect(await says('str(big.chunks(1000)[0]).split("\\n")[0]')).toMatch(
      /^=== logs\/big\.log:1-\d+ ===$/,
    );
  });

  it('shows its beginning, its end and its size, and never more', async () => {
    for (const code of ['big', 'print(big)', 'print(f"{big!r}")', 'context']) {
      const shown = await said(code);
      expect(shown.length).toBeLessThan(5000);
      expect(shown).toContain(
        `<lazy text 'logs/big.log': ${chars.toLocaleString('en-US')} characters`,
      );
      expect(shown).toContain('the last line has no end');
      expect(shown).toMatch(/characters left out/);
    }
  });

  it('says what to do instead of what would need all of it', async () => {
    for (const code of [
      'str(big)',
      'f"{big}"',
      '"a" + big',
      'big + "a"',
      '"%s" % big',
      'big.split()',
    ]) {
      expect(await said(code)).toMatch(/ValueError: .* would need all .* slice/);
    }
    expect(await said('rlm_query("What?", big)')).toContain('pass a slice or a chunk');
    expect(await said('big.upper()')).toMatch(/AttributeError: upper\(\) would need all/);
    expect(await said('big.grap("a")')).toMatch(/AttributeError: A lazy text has no 'grap'/);
    expect(await said('import re\nre.findall("fox", big)')).toContain('TypeError');
    expect(await says('len(__import__("re").findall("fox", big[:100_000])) > 1000')).toBe(true);
  });
});

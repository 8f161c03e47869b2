import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectFolder, temporaryFolder } from '../host/folders';
import { startModelServer } from '../host/modelServer';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, median } from './benchRow';

/** Each is measured so often, in turn with the others. */
const rounds = 7;

const bundle = join(projectFolder, 'dist', 'ask.js');

/** The terminal program, from its start on, beside a Node that does nothing. */
export const startupBenchmark: Benchmark = {
  name: 'startup',
  describe: 'how soon the terminal program says something, and asks a model, beside a bare Node',
  run: async (signal) => {
    await using folder = await temporaryFolder('startup');
    const repository = join(folder.path, 'repository');
    await mkdir(repository);
    // Small, and too large to be sent whole without a look.
    for (let file = 0; file < 50; file++) {
      await writeFile(
        join(repository, `part${file}.ts`),
        `export const part = ${file};\n`.repeat(9),
      );
    }
    const env = { HOME: folder.path, PATH: process.env['PATH'] ?? '' };
    const start = (args: readonly string[]) =>
      execa(process.execPath, args, {
        env,
        extendEnv: false,
        stdin: 'ignore',
        reject: false,
        cancelSignal: signal,
      });
    const toItsEnd = async (args: readonly string[]) => {
      const startedAt = performance.now();
      const { exitCode, stderr } = await start(args);
      if (exitCode !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
      return performance.now() - startedAt;
    };
    const toFirstRequest = async () => {
      await using server = await modelServer();
      const startedAt = performance.now();
      const asked = start([
        bundle,
        ...['--folder', repository, '--base-url', server.url, '--model', 'any', 'Which parts?'],
      ]);
      await Promise.race([server.arrived(1), asked]);
      const ms = performance.now() - startedAt;
      asked.kill('SIGKILL');
      const { stderr } = await asked;
      if (server.requests.length === 0) throw new Error(`No model was asked: ${stderr}`);
      return ms;
    };
    const measured: { bare: number; help: number; first: number }[] = [];
    // What V8 compiles the first time it keeps for the others, as on a user's machine.
    for (let round = 0; round <= rounds; round++) {
      signal.throwIfAborted();
      const bare = await toItsEnd(['-e', '0']);
      const help = await toItsEnd([bundle, '--help']);
      const first = await toFirstRequest();
      if (round > 0) measured.push({ bare, help, first });
      // A run that was killed wrote no cache.
      else await toItsEnd([bundle, '--offline', '--folder', repository, 'Which parts?']);
    }
    const bare = median(measured.map((one) => one.bare));
    const row = (name: string, ms: number, target: string): BenchRow =>
      compared(name, ms, 'ms', 'a Node that does nothing', bare, target);
    return [
      row('ask --help', median(measured.map(({ help }) => help)), '< 150 ms'),
      row('first model request, 50 files', median(measured.map(({ first }) => first)), '< 500 ms'),
    ];
  },
};

/** One that takes a request and never answers. */
async function modelServer() {
  const server = await startModelServer(() => ({ stall: true }));
  return { ...server, requests: server.requests, [Symbol.asyncDispose]: () => server.close() };
}

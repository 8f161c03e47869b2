import { describe, expect, it } from 'vitest';
import { SetupError, statusOfError, statusOfResult, UsageError } from '../../../src/cli/exitStatus';
import { footer } from '../../../src/cli/footer';
import { jsonOfFailure, jsonOfResult } from '../../../src/cli/jsonResult';
import { lookOf } from '../../../src/cli/look';
import { defaultLogFolder } from '../../../src/cli/userFolders';
import { ModelError } from '../../../src/models/languageModel';
import { KernelUnavailableError } from '../../../src/repl/kernel';
import { RepositoryError } from '../../../src/repository/repository';
import type { RunResult } from '../../../src/rlm/request';
import { run } from '../trajectory/sampleRun';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

function result(changes: Partial<RunResult> = {}): RunResult {
  return {
    answer: 'In `src/a.ts`.',
    status: 'answered',
    reason: null,
    fault: null,
    withoutCode: false,
    model: 'big',
    subModel: 'small',
    kernel: 'native',
    iterations: 3,
    subcalls: 12,
    subcallsAnswered: 0,
    depth: 1,
    usage: {
      inputTokens: 1000,
      outputTokens: 100,
      cachedInputTokens: 10,
      estimated: false,
      costUsd: 0.08,
    },
    citations: [{ path: 'src/a.ts', start: 10, end: 12, evidence: 'read' }],
    coverage: {
      filesTotal: 9,
      filesListed: 8,
      filesMatched: 7,
      filesRead: 6,
      filesSentToModels: 5,
    },
    report: null,
    documents: [],
    run,
    trajectory: '/logs/run.jsonl',
    durationMs: 41_000,
    ...changes,
  };
}

/** What `ask --json` promises, keys in order. */
const documented = {
  answer: 0,
  status: 0,
  reason: 0,
  model: 0,
  subModel: 0,
  kernel: 0,
  iterations: 0,
  subcalls: 0,
  depth: 0,
  usage: 0,
  citations: 0,
  coverage: 0,
  report: 0,
  reportBytes: 0,
  run: 0,
  trajectory: 0,
  durationMs: 0,
};

describe('--json', () => {
  it('has the documented keys in the documented order', () => {
    const json: unknown = JSON.parse(jsonOfResult(result()));
    expect(Object.keys(json as object)).toEqual(Object.keys(documented));
    expect(json).toMatchObject({
      answer: 'In `src/a.ts`.',
      status: 'answered',
      reason: null,
      usage: { costUsd: 0.08 },
      citations: [{ path: 'src/a.ts', start: 10, end: 12, evidence: 'read' }],
      report: null,
      reportBytes: 0,
      run,
      trajectory: '/logs/run.jsonl',
    });
    expect(json).not.toHaveProperty('fault');
  });

  it('has the same keys when a run could not begin', () => {
    const json: unknown = JSON.parse(jsonOfFailure('error', 'no folder', 5));
    expect(Object.keys(json as object)).toEqual(Object.keys(documented));
    expect(json).toMatchObject({
      status: 'error',
      reason: 'no folder',
      answer: '',
      usage: { costUsd: null },
    });
  });
});

describe('the footer', () => {
  const look = lookOf(new MemoryOutput(), testIo());

  it('says what the answer rests on and what it took', () => {
    expect(footer(result(), look)).toBe(
      '1 citation: 1 read · 6 files read · $0.08 · 0:41\ntrajectory /logs/run.jsonl\n',
    );
  });

  it('says what is unknown, missing or wrong', () => {
    const text = footer(
      result({
        usage: { ...result().usage, costUsd: null },
        trajectory: null,
        withoutCode: true,
        citations: [
          { path: 'a.ts', start: 1, end: 1, evidence: 'wrong' },
          ...Array.from({ length: 6 }, (_, i) => ({
            path: 'b.ts',
            start: i + 1,
            end: 9,
            evidence: 'wrong' as const,
          })),
          { path: 'c.ts', start: 1, end: 1, evidence: 'read' },
        ],
      }),
      look,
    );
    expect(text).toContain('No code submitted this answer');
    expect(text).toContain(
      'Wrong (no such lines, or what is quoted is not in them): a.ts:1, b.ts:1-9, b.ts:2-9, b.ts:3-9, b.ts:4-9 and 2 more',
    );
    expect(text).toContain('8 citations: 1 read, 7 wrong');
    expect(text).toContain('cost unknown');
    expect(text).not.toContain('trajectory');
  });

  it('says how a run ended that was not finished', () => {
    expect(footer(result({ status: 'limit', reason: 'Too dear.' }), look)).toContain(
      'Stopped by a limit: Too dear.',
    );
    expect(footer(result({ status: 'cancelled' }), look)).toContain(
      'Cancelled. Above is what there was.',
    );
    expect(footer(result({ status: 'cancelled', answer: '' }), look)).toContain(
      'Cancelled. There is no answer yet.',
    );
    expect(footer(result({ status: 'cancelled', subcallsAnswered: 9 }), look)).toMatch(
      /\n9 of 12 sub-calls answered: --follow-up \S+ goes on from there, and asks nothing twice\./,
    );
  });

  it('says how to go on, where there is something to go on from', () => {
    const goesOn = `--follow-up ${run} goes on from there`;
    expect(footer(result({ status: 'limit', answer: '', reason: 'Too dear.' }), look)).toContain(
      `Too dear. There is no answer yet.\nWith a higher limit, ${goesOn}`,
    );
    for (const status of ['limit', 'cancelled', 'error'] as const) {
      expect(footer(result({ status }), look)).toContain(goesOn);
      expect(footer(result({ status, iterations: 0 }), look)).not.toContain('--follow-up');
      expect(footer(result({ status, trajectory: null }), look)).not.toContain('--follow-up');
    }
    expect(footer(result(), look)).not.toContain('--follow-up');
  });
});

describe('the exit status', () => {
  it.each<[Partial<RunResult>, number]>([
    [{ status: 'answered' }, 0],
    [{ status: 'error', fault: 'usage' }, 2],
    [{ status: 'limit' }, 3],
    [{ status: 'cancelled' }, 130],
    [{ status: 'error', fault: 'model' }, 4],
    [{ status: 'error', fault: 'kernel' }, 4],
    [{ status: 'error', fault: 'bug' }, 1],
  ])('of a run with %o is %d', (changes, status) =>
    expect(statusOfResult(result(changes))).toBe(status),
  );

  it.each<[Error, number]>([
    [new UsageError(''), 2],
    [new RepositoryError('not-found', ''), 2],
    [new SetupError(''), 4],
    [new KernelUnavailableError(''), 4],
    [new ModelError('authentication', ''), 4],
    [new RepositoryError('unavailable', ''), 4],
    [new TypeError(''), 1],
  ])('of %o is %d', (error, status) => expect(statusOfError(error)).toBe(status));
});

describe('the folder of trajectories', () => {
  it.each([
    [{ platform: 'linux', env: {} }, /^\/home\/me\/\.local\/share\/fathom\/runs$/],
    [{ platform: 'linux', env: { XDG_DATA_HOME: '/data' } }, /^\/data\/fathom\/runs$/],
    [{ platform: 'darwin', env: {} }, /^\/home\/me\/Library\/Application Support\/fathom\/runs$/],
    [{ platform: 'win32', env: { LOCALAPPDATA: '/local' } }, /^\/local\/fathom\/runs$/],
  ] as const)('for %o is the user’s own', ({ platform, env }, folder) => {
    const path = defaultLogFolder(testIo({ platform, env, home: '/home/me' }));
    expect(path.replaceAll('\\', '/')).toMatch(folder);
  });
});

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isVerified } from '../../../../src/rlm/citations/citations';
import sets from '../../../eval/whereIs.json';
import { projectFolder } from '../../../host/folders';
import { askOffline, folderSubject } from './offlineRun';

const temporary: string[] = [];

/** Fathom's own checkout, or a copy of a package as it is unpacked from the registry. */
async function folderOf(name: string): Promise<string> {
  if (name === 'fathom') return projectFolder;
  const folder = await mkdtemp(join(tmpdir(), `fathom-${name}-`));
  temporary.push(folder);
  await cp(join(projectFolder, 'node_modules', name), folder, { recursive: true });
  return folder;
}

afterAll(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true }))));

interface Outcome {
  readonly question: string;
  readonly status: string;
  readonly citations: number;
  readonly unverified: readonly string[];
  readonly files: readonly string[];
  /** 1 for the first cited file, null when none of the first three is an expected one. */
  readonly place: number | null;
}

describe.each(sets)('questions about $name', ({ name, questions }) => {
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const subject = await folderSubject(await folderOf(name));
    for (const { question, expected } of questions) {
      const { result } = await askOffline(question, subject);
      const files = [...new Set(result.citations.map(({ path }) => path))].slice(0, 3);
      const found = files.findIndex((file) => expected.includes(file));
      outcomes.push({
        question,
        status: result.status,
        citations: result.citations.length,
        unverified: result.citations.flatMap(({ path, start, end, evidence }) =>
          isVerified({ evidence }) ? [] : [`${path}:${start}-${end}`],
        ),
        files,
        place: found < 0 ? null : found + 1,
      });
    }
  }, 120_000);

  it('are answered with citations that all verify', () => {
    expect(
      outcomes.filter(({ status, citations }) => status !== 'answered' || citations === 0),
    ).toEqual([]);
    expect(outcomes.flatMap(({ unverified }) => unverified)).toEqual([]);
  });

  it('point at the right file among the first three, 8 times of 10', () => {
    const found = outcomes.filter(({ place }) => place !== null);
    const first = outcomes.filter(({ place }) => place === 1);
    const missed = outcomes.filter(({ place }) => place === null);
    console.log(
      `${name}: ${found.length} of ${outcomes.length} in the first three files, ${first.length} in the first`,
    );
    expect(outcomes).toHaveLength(10);
    expect(found.length, JSON.stringify(missed, null, 1)).toBeGreaterThanOrEqual(8);
  });
});

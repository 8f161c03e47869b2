import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import {
  type FakeLanguageServers,
  fakeLanguageServers,
  knownFiles,
} from '../../host/fakeLanguageServers';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = cell('FINAL("done")');

describe('language servers in a run', () => {
  it('are spoken of in an editor only', async () => {
    const inEditor = await scriptedRun([submit], { languageServers: fakeLanguageServers });
    const outside = await scriptedRun([submit]);
    const systems = [inEditor, outside].map(({ requests }) => requests[0]?.messages[0]?.content);
    expect(systems[0]).toMatch(
      /`chunks\(.*\n- `symbols\(query\)`.*\n- `definition\(.*\n- `git_log/,
    );
    expect(systems[1]).toMatch(/`chunks\(.*\n- `git_log/);
  });

  it('are drawn, and what they name counts as matched', async () => {
    const { result, events } = await scriptedRun(
      [cell('print(references("src/b.py", 2, "level"))\nprint(symbols("Tide"))'), submit],
      { files: knownFiles, languageServers: fakeLanguageServers },
    );
    const ends = events.flatMap((event) =>
      event.type === 'node-ended' && event.summary ? [event.summary] : [],
    );
    expect(ends).toContain('references to "level" → 2 in 2 files');
    expect(ends).toContain('symbols "Tide" → 2');
    expect(result.coverage).toMatchObject({ filesMatched: 2, filesRead: 0, filesSentToModels: 2 });
  });

  it('are not asked again in a follow-up, which has what they said then', async () => {
    const logFolder = await mkdtemp(join(tmpdir(), 'fathom-language-'));
    const made: FakeLanguageServers[] = [];
    const make = (folder: string) => {
      const servers = fakeLanguageServers(folder);
      made.push(servers);
      return servers;
    };
    try {
      const first = await scriptedRun(
        [cell('found = references("src/b.py", 2, "level")\nprint(len(found))'), submit],
        { files: knownFiles, languageServers: make, logFolder },
      );
      const past = await readPastRun(first.result.trajectory ?? '');
      // In a terminal, where there is no editor.
      const { requests } = await scriptedRun([cell('print(found.total, found[1].text)'), submit], {
        files: knownFiles,
        logFolder,
        continues: { how: 'follow-up', past },
      });
      expect(requests[1]?.prompt).toContain('REPL output:\n2         return b.level()');
      await scriptedRun([cell('print(len(found))'), submit], {
        files: knownFiles,
        logFolder,
        languageServers: make,
        continues: { how: 'follow-up', past },
      });
      expect(made.map(({ asked }) => asked)).toEqual([['references src/b.py:2:5'], []]);
    } finally {
      await rm(logFolder, { recursive: true });
    }
  });
});

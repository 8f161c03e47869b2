import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { documentsSubject } from '../../host/openedDocuments';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('follow-up');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function log(lines: number, fact: string) {
  const path = join(folder.path, 'plant.log');
  const filler = Array.from({ length: lines }, (_, index) => `${index} pump idles\n`);
  await writeFile(path, `${filler.join('')}${fact}\n`);
  return documentsSubject({ name: 'plant.log', from: 'file', path });
}

describe('a follow-up about a large document', () => {
  it('has what the searches found then, though the file has changed since', async () => {
    const logFolder = join(folder.path, 'log');
    await using first = await log(200_000, 'ALERT turbine at 131 degrees');
    expect(typeof first.documents[0]?.text).toBe('object');
    const before = await scriptedRun(
      [
        cell('hits = grep("ALERT")\nlines = count("pump")\nprint(hits, lines)'),
        cell('FINAL(f"See {cite(hits[0])}.")'),
      ],
      { subject: first.subject, logFolder },
    );
    expect(before.requests[1]?.prompt).toContain(
      "plant.log:200001: ALERT turbine at 131 degrees {'plant.log': 200000}",
    );
    expect(before.result.citations).toMatchObject([{ evidence: 'read' }]);
    expect(before.result.coverage).toMatchObject({ filesTotal: 1, filesMatched: 1 });
    await using second = await log(100_000, 'ALERT turbine at 95 degrees');
    const after = await scriptedRun(
      [cell('print(hits, lines, grep("ALERT"))'), cell('FINAL("Cooler now.")')],
      {
        subject: second.subject,
        logFolder,
        continues: {
          how: 'follow-up',
          past: await readPastRun(before.result.trajectory ?? ''),
        },
      },
    );
    expect(after.requests[1]?.prompt).toContain(
      "plant.log:200001: ALERT turbine at 131 degrees {'plant.log': 200000} plant.log:100001: ALERT turbine at 95 degrees",
    );
  });
});

describe('a child RLM', () => {
  it('gets the documents of its parent, names and all', async () => {
    await using opened = await log(200_000, 'ALERT turbine at 131 degrees');
    const { result } = await scriptedRun(
      [
        cell('reply = rlm_query("Where is the alert?")\nprint(reply)'),
        cell('FINAL(str(grep("ALERT")[0]))'),
        cell('FINAL(reply)'),
      ],
      { subject: opened.subject, limits: { maxDepth: 2 } },
    );
    expect(result.answer).toBe('plant.log:200001: ALERT turbine at 131 degrees');
  });
});

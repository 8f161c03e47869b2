import { existsSync } from 'node:fs';
import { copyFile, type FileHandle, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recoverReport } from '../../../src/rlm/report/recoverReport';
import { ReportSpool } from '../../../src/rlm/report/reportSpool';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { repetitions } from '../../host/repetitions';

/** Bytes that the disk of the report still takes; the process may be killed there. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, kills: false }));

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const limited = (file: FileHandle): FileHandle => {
    const write: (bytes: Buffer, offset: number, length: number, at: number) => unknown =
      file.write.bind(file);
    const truncate = file.truncate.bind(file);
    return Object.assign(file, {
      write: async (bytes: Buffer, offset: number, length: number, at: number) => {
        const part = Math.min(length, disk.room);
        if (part === 0) throw Object.assign(new Error('No space'), { code: 'ENOSPC' });
        disk.room -= part;
        return write(bytes, offset, part, at);
      },
      truncate: async (length: number) => {
        // Who is killed does not tidy up.
        if (disk.room > 0 || !disk.kills) await truncate(length);
      },
    });
  };
  return {
    ...fs,
    open: async (...args: Parameters<typeof fs.open>) => {
      const file = await fs.open(...args);
      return String(args[0]).endsWith('.md') || String(args[0]).endsWith('-moved')
        ? limited(file)
        : file;
    },
  };
});

let folder: TemporaryFolder;
let path: string;
let sidePath: string;
beforeEach(async () => {
  folder = await temporaryFolder('recover');
  path = join(folder.path, 'report.md');
  sidePath = join(folder.path, 'run.report-parts');
});
afterEach(() => folder[Symbol.asyncDispose]());

const killed = () => join(folder.path, 'killed');

/** The report as a killed run leaves it and a recovery completes it, and as the run ends it itself. */
async function bothEnds(spool: ReportSpool): Promise<{ recovered: string; live: string }> {
  const report = existsSync(path) ? await readFile(path) : null;
  if (existsSync(sidePath)) await copyFile(sidePath, killed());
  await spool.finish();
  await spool.dispose();
  const live = await readFile(path, 'utf8');
  await writeFile(path, report ?? '');
  if (existsSync(killed())) await recoverReport(killed());
  else return { recovered: live, live };
  return { recovered: await readFile(path, 'utf8'), live };
}

describe('a report that is recovered', () => {
  it('is as the run would have ended it, with text of the root behind a section', async () => {
    const spool = new ReportSpool({ path, sidePath, safe: false });
    const a = await spool.openSection(spool.root, 'A', 2);
    const b = await spool.openSection(spool.root, 'B', 2);
    await spool.write(spool.root, Buffer.from('Closing words.'));
    await spool.write(b, Buffer.from('text of B\n```ts\nconst b = 1;'));
    await spool.write(a, Buffer.from('text of A'));
    const { recovered, live } = await bothEnds(spool);
    expect(live).toBe(
      '## A\n\ntext of A\n\n## B\n\ntext of B\n```ts\nconst b = 1;\n```\n\nClosing words.\n',
    );
    expect(recovered).toBe(live);
  });

  it('is so in whatever order it was written', async () => {
    for (let seed = 1; seed <= repetitions(200, 50); seed++) {
      const spool = new ReportSpool({ path, sidePath, safe: false });
      await writeAtRandom(spool, randomFrom(seed));
      const { recovered, live } = await bothEnds(spool);
      expect(recovered, `order ${seed}`).toBe(live);
      for (const name of await readdir(folder.path)) await rm(join(folder.path, name));
    }
  }, 60_000);

  it.for([false, true])(
    'has no text twice when the disk was full before, or it was killed: %s',
    async (kills) => {
      const spool = new ReportSpool({ path, sidePath, safe: false });
      const ids = [];
      for (const title of ['A', 'B', 'C', 'D']) {
        ids.push(await spool.openSection(spool.root, title, 2));
      }
      await spool.write(spool.root, Buffer.from('```\nend'));
      for (const id of ids.toReversed()) await spool.write(id, Buffer.from(`of ${id}\n~~~`));
      const report = await readFile(path);
      await copyFile(sidePath, `${sidePath}-whole`);
      const { recovered: whole } = await bothEnds(spool);
      for (let room = 1; ; room += 7) {
        await writeFile(path, report);
        await copyFile(`${sidePath}-whole`, killed());
        Object.assign(disk, { room, kills });
        const done = await recoverReport(killed()).catch(() => null);
        Object.assign(disk, { room: Number.POSITIVE_INFINITY });
        if (done !== null) break;
        if (!kills) expect(await readFile(path), `room ${room}`).toEqual(report);
        await recoverReport(killed());
        // A mark that was cut in two is not known for one.
        const words = /\w.*/g;
        const text = await readFile(path, 'utf8');
        expect(text.match(words), `room ${room}`).toEqual(whole.match(words));
        if (!kills) expect(text).toBe(whole);
      }
    },
  );
});

/** Numbers from 0 to below a limit, the same for the same seed. */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
}

const sectionTexts = ['a', 'a\n', 'a\n\n', '```\nopen', '~~~\nopen\n', '\na', '```\nwhole\n```\n'];
const partTexts = ['p', 'p\n', '\np', '\n\np\n\n'];

/** Sections and parts in parts, written and closed in any order; plain text of a part stands behind a section. */
async function writeAtRandom(spool: ReportSpool, random: (limit: number) => number): Promise<void> {
  const of = <T>(values: readonly [T, ...T[]] | readonly T[]): T =>
    values[random(values.length)] ?? expect.unreachable();
  const parts = [{ id: spool.root, takesText: false }];
  const sections: number[] = [];
  for (let count = 0; count < 25; count++) {
    const part = of(parts);
    switch (random(7)) {
      case 0:
        parts.push({ id: spool.openPart(part.id), takesText: false });
        part.takesText = false;
        break;
      case 1:
      case 2: {
        const id = await spool.openSection(part.id, `S${count}`, 2);
        await spool.write(id, Buffer.from(`${count}${of(sectionTexts)}`));
        sections.push(id);
        part.takesText = true;
        break;
      }
      case 3:
      case 4:
        if (sections.length > 0) await spool.write(of(sections), Buffer.from(of(sectionTexts)));
        break;
      case 5:
        if (part.takesText) await spool.write(part.id, Buffer.from(`${of(partTexts)}${count}`));
        break;
      case 6: {
        const [id] = sections.splice(random(sections.length), 1);
        if (id !== undefined) await spool.close(id);
        else if (parts.length > 1) await spool.close(parts.pop()?.id ?? 0);
      }
    }
  }
}

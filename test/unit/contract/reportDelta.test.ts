import { expect, it } from 'vitest';
import { ReportDeltas, ReportFollower } from '../../../src/contract/reportDelta';
import type { ReportSection } from '../../../src/rlm/report/reportProgress';
import { seededRandom } from '../../host/seededRandom';

function progressOf(sections: readonly ReportSection[]) {
  return {
    path: '/report.md',
    bytes: 1,
    sections: sections.length,
    openSections: 0,
    problem: null,
    outline: () => sections,
  };
}

function section(id: number, at: number | null = null): ReportSection {
  return { id, title: `Section ${id}`, level: 2, chars: at ?? 0, open: at === null, at };
}

it('says only what changed', () => {
  const deltas = new ReportDeltas();
  const all = Array.from({ length: 1_000 }, (_, id) => section(id));
  expect(deltas.next(progressOf(all)).inserted).toHaveLength(1_000);
  const delta = deltas.next(progressOf(all.with(500, section(500, 7))));
  expect(delta).toMatchObject({ kept: 500, removed: 1, inserted: [section(500, 7)] });
  expect(deltas.next(progressOf(all.with(500, section(500, 7)))).inserted).toEqual([]);
});

it('is put together again, whatever changed', () => {
  const random = seededRandom(7);
  const [deltas, follower] = [new ReportDeltas(), new ReportFollower()];
  let sections: readonly ReportSection[] = [];
  for (let step = 0; step < 500; step++) {
    const at = Math.floor(random() * (sections.length + 1));
    const kind = random();
    if (kind < 0.5) sections = sections.toSpliced(at, 0, section(step));
    else if (kind < 0.6) sections = sections.toSpliced(at, 2);
    else if (at < sections.length) sections = sections.with(at, section(step, step));
    const progress = follower.take(structuredClone(deltas.next(progressOf(sections))));
    expect(progress.outline()).toEqual(sections);
    expect(progress.sections).toBe(sections.length);
  }
});

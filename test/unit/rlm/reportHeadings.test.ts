import { describe, expect, it } from 'vitest';
import { ReportHeadings } from '../../../src/rlm/report/reportHeadings';

function headingsAt(...places: number[]): ReportHeadings {
  const headings = new ReportHeadings();
  for (const [id, at] of places.entries()) headings.add({ id, at });
  return headings;
}

describe('the headings of a report file', () => {
  it('are found by the bytes they begin in: the first of them counts, that after the last does not', () => {
    const { between } = headingsAt(0, 10, 25);
    expect(between(0, 25)).toEqual([
      { id: 0, at: 0 },
      { id: 1, at: 10 },
    ]);
    expect(between(10, 11)).toEqual([{ id: 1, at: 10 }]);
    expect(between(11, 25)).toEqual([]);
    expect(between(11, Number.POSITIVE_INFINITY)).toEqual([{ id: 2, at: 25 }]);
  });

  it('are none where none are, and in no bytes', () => {
    expect(headingsAt().between(0, 100)).toEqual([]);
    expect(headingsAt(5).between(0, 5)).toEqual([]);
    expect(headingsAt(5).between(5, 5)).toEqual([]);
    expect(headingsAt(5).between(8, 3)).toEqual([]);
  });

  it('are the same as when all are looked at', () => {
    const places = Array.from({ length: 300 }, (_, i) => i * 7 + (i % 3));
    const { between } = headingsAt(...places);
    for (let from = 0; from < 2200; from += 13) {
      for (const length of [0, 1, 7, 50, 5000]) {
        expect(between(from, from + length).map(({ at }) => at)).toEqual(
          places.filter((at) => at >= from && at < from + length),
        );
      }
    }
  });
});

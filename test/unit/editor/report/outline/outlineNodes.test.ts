import { describe, expect, it } from 'vitest';
import {
  type OutlineEntry,
  OutlineNodes,
} from '../../../../../src/editor/report/outline/outlineNodes';
import { outlineRows } from '../../../../../src/editor/report/outline/outlineRows';
import type { ReportSection } from '../../../../../src/rlm/report/reportProgress';

function section(id: number, changes: Partial<ReportSection> = {}): ReportSection {
  return { id, level: 2, open: true, title: `S${id}`, chars: 0, at: null, ...changes };
}

describe('the rows of an outline', () => {
  it('stay the same objects while what they show changes, and those that do are named', () => {
    const nodes = new OutlineNodes();
    const sections = [section(0), section(1, { level: 3 }), section(2)];
    expect(nodes.update(outlineRows(sections))).toBeNull();
    const [first, second] = nodes.roots;
    const [below] = first?.nodes ?? [];
    expect(nodes.update(outlineRows(sections))).toEqual([]);

    const grown = [section(0), section(1, { level: 3, chars: 5 }), section(2, { at: 40 })];
    expect(nodes.update(outlineRows(grown))).toEqual([below, second]);
    expect(nodes.roots).toEqual([first, second]);
    expect(first?.nodes[0]).toBe(below);
    expect(below?.entry).toMatchObject({ section: grown[1] });
  });

  it('have the latest of what does not show', () => {
    const nodes = new OutlineNodes();
    nodes.update(outlineRows([section(0, { at: 10 })]));
    expect(nodes.update(outlineRows([section(0, { at: 90 })]))).toEqual([]);
    expect(nodes.roots[0]?.entry).toMatchObject({ section: { at: 90 } });
  });

  it('are all new to the editor when one comes, goes or moves, also below others', () => {
    const nodes = new OutlineNodes();
    nodes.update(outlineRows([section(0), section(1, { level: 3 })]));
    const [first] = nodes.roots;
    expect(nodes.update(outlineRows([section(0), section(1)]))).toBeNull();
    expect(nodes.roots[0]).toBe(first);
    expect(nodes.update(outlineRows([section(1), section(0)]))).toBeNull();
    expect(nodes.roots[1]).toBe(first);
    expect(nodes.update(outlineRows([section(0)]))).toBeNull();
    const document = { title: 'Notes', path: '/notes.md', language: null, bytes: 3 };
    const documents: OutlineEntry = { kind: 'documents', documents: [document] };
    expect(nodes.update([...outlineRows([section(0)]), documents])).toBeNull();
    expect(nodes.roots[1]?.nodes[0]?.entry).toMatchObject({ document });
  });

  it('tell how much of a range is written', () => {
    const nodes = new OutlineNodes();
    const sections = Array.from({ length: 300 }, (_, id) => section(id));
    nodes.update(outlineRows(sections));
    const [range] = nodes.roots;
    const done = sections.with(7, section(7, { open: false }));
    const [row] = range?.nodes.slice(7) ?? [];
    expect(nodes.update(outlineRows(done))).toEqual([range, row]);
  });
});

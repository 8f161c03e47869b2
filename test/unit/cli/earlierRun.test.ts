import { describe, expect, it } from 'vitest';
import { checkSubject } from '../../../src/cli/earlierRun';
import type { Subject } from '../../../src/rlm/subject/subject';

function document(name: string, place: string): Subject {
  return { kind: 'documents', documents: [{ name, place, text: '' }] };
}

function run(...places: string[]): Parameters<typeof checkSubject>[0] {
  return { how: 'follow-up', past: { run: 'r1', about: { what: 'documents', places } } };
}

describe('a run about a document that is gone on with', () => {
  it('is about the same document again', () => {
    expect(
      checkSubject(run('/p/notes.txt'), document('notes.txt', '/p/notes.txt'), true),
    ).toBeNull();
    expect(checkSubject(run('-'), document('stdin', '-'), true)).toBeNull();
  });

  it('is not about another document of that name', () => {
    const other = document('notes.txt', '/q/notes.txt');
    expect(checkSubject(run('/p/notes.txt'), other, true)).toContain(
      'r1 was about /p/notes.txt, and this is about /q/notes.txt.',
    );
  });

  it('says how to name what it was about', () => {
    const repository = document('notes.txt', '/q/notes.txt');
    expect(() => checkSubject(run('/p/notes.txt', '-'), repository, false)).toThrow(
      /name what it was about: --file \/p\/notes\.txt --file -\n/,
    );
  });

  it('is known by its name where its log has no more', () => {
    expect(checkSubject(run('notes.txt'), document('notes.txt', '/q/notes.txt'), true)).toBeNull();
    expect(checkSubject(run('stdin'), document('stdin', '-'), true)).toBeNull();
    expect(checkSubject(run('a.txt'), document('notes.txt', '/q/notes.txt'), true)).not.toBeNull();
  });
});

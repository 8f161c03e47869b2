import type { QuestionSubject } from '../engine/questionSubject';

/**
 * Globs of the workspace's settings as they are for what a question is about: those that are relative to
 * a folder of the workspace, for the folders in it.
 */
export function excludesBelow(
  globs: readonly string[],
  subject: QuestionSubject,
): readonly string[] {
  if (subject.kind !== 'folders') return globs;
  return globs.flatMap((glob) => {
    if (/^(?:\*\*|\{)/.test(glob)) return [glob];
    const plain = glob.replace(/^\/+/, '');
    return subject.folders.flatMap(({ prefix }) => {
      if (prefix === '') return [plain];
      return plain.startsWith(prefix) ? [plain.slice(prefix.length)] : [];
    });
  });
}

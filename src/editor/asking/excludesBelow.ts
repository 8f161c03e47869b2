import { globBelow } from '../../repository/glob';
import type { QuestionSubject } from '../engine/questionSubject';

/**
 * Globs of the workspace's settings as they are for what a question is about: those that are relative to
 * a folder of the workspace, for the folders in it. A folder that is itself left out is asked about all the
 * same: the user chose it.
 * @param severalRoots the workspace has several folders, whose names paths begin with.
 */
export function excludesBelow(
  globs: readonly string[],
  subject: QuestionSubject,
  severalRoots: boolean,
): readonly string[] {
  if (subject.kind !== 'folders') return globs;
  return globs.flatMap((glob) => {
    if (/^(?:\*\*|\{)/.test(glob)) return [glob];
    const plain = glob.replace(/^\/+/, '');
    return subject.folders.flatMap(({ prefix }) => {
      const inRoot = severalRoots ? prefix.replace(/^[^/]*\//, '') : prefix;
      const below = globBelow(plain, inRoot);
      return below === 'unknown' ? [] : below.filter((rest) => rest !== '**');
    });
  });
}

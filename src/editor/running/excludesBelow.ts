import type { QuestionSubject } from '../../question/question';
import { globBelow } from '../../repository/listing/glob';

/**
 * The globs of the workspace's settings for each folder that a question is about, relative to that folder. A
 * folder that is itself excluded is asked about all the same: the user chose it.
 * @param severalRoots whether the workspace has several folders, so that paths begin with their names.
 */
export function excludesBelow(
  globs: readonly string[],
  subject: QuestionSubject,
  severalRoots: boolean,
): readonly (readonly string[])[] {
  switch (subject.kind) {
    case 'documents':
      return [];
    case 'workspace':
      return subject.folders.map(() => globs);
    case 'folders':
      return subject.folders.map(({ prefix }) => {
        const inRoot = severalRoots ? prefix.replace(/^[^/]*\//, '') : prefix;
        return globs.flatMap((glob) => excludeBelow(glob, inRoot));
      });
  }
}

function excludeBelow(glob: string, folder: string): readonly string[] {
  if (/^(?:\*\*|\{)/.test(glob)) return [glob];
  const below = globBelow(glob.replace(/^\/+/, ''), folder);
  return below === 'unknown' ? [] : below.filter((rest) => rest !== '**');
}

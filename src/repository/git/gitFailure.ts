import { RepositoryError } from '../repository';
import type { ObjectsLack } from './checkedObjects';

/** The reasons for failures of Git that are distinguished. */
export type GitFailure =
  | { readonly kind: 'objects' }
  | { readonly kind: 'lines'; readonly lines: number }
  | { readonly kind: 'path' }
  | { readonly kind: 'other' };

/**
 * Finds out what Git's error message means. The message itself is never shown: it quotes what Git read, and in a
 * hostile repository that can be the text of any file.
 */
export function gitFailure(complaint: string): GitFailure {
  const lines = /has only (\d{1,9}) lines?/.exec(complaint)?.[1];
  if (lines !== undefined) return { kind: 'lines', lines: Number(lines) };
  if (/no such path/.test(complaint)) return { kind: 'path' };
  return missingObjects.test(complaint) ? { kind: 'objects' } : { kind: 'other' };
}

const missingObjects =
  /bad (\w+ )?(object|file)|unable to (read|find|parse|open)|could not (read|parse|find)|missing|not a valid object|failed to (read|traverse|parse)|cannot read|can't (find|read)|corrupt|invalid object|bad revision|inflate|object file|not a tree|not valid|promisor/i;

/** The error for the caller. @param what what failed, as the beginning of a sentence. */
export function failureError(
  what: string,
  failure: GitFailure,
  lack: ObjectsLack,
): RepositoryError {
  const error = (why: string) => new RepositoryError('bad-argument', `${what}: ${why}.`);
  switch (failure.kind) {
    case 'lines':
      return error(`it has only ${failure.lines} ${failure.lines === 1 ? 'line' : 'lines'}`);
    case 'path':
      return error('it is not in the last commit');
    case 'objects':
      return error(missingReason(lack));
    case 'other':
      return error('Git refused it');
  }
}

/** Why requested objects are missing, as the end of a sentence. */
export function missingReason({ borrowed, partial }: ObjectsLack): string {
  if (borrowed) {
    return 'objects it needs are missing, and the repository borrows objects from another one (objects/info/alternates), which Fathom does not read. "git repack -a -d" makes it whole';
  }
  if (partial) {
    return 'objects it needs are not on this machine (a partial clone), and Fathom fetches nothing. Git fetches them when you look at the same yourself';
  }
  return 'objects it needs are missing or damaged; "git fsck" says more';
}

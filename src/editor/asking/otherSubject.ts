import { basename } from 'node:path';
import type { About } from '../../trajectory/about';
import { listed } from '../listed';

/** How a past run continues: with another question, or to its own end. */
export type GoingOn = 'follow-up' | 'resume';

/** A question to the user, before a run continues with another subject. */
export interface OtherSubjectText {
  readonly message: string;
  readonly detail: string;
  /** The button that continues with the open folders. */
  readonly here: string;
  /** The button that opens the run's folder; null if the run was not about a single folder. */
  readonly there: { readonly label: string; readonly folder: string } | null;
}

/**
 * The question to the user.
 * @param open absolute paths of the open folders.
 */
export function otherSubjectText(
  { what, places }: About,
  open: readonly string[],
  how: GoingOn,
): OtherSubjectText {
  const [then, now] = namesOf(places, open);
  const one = how === 'resume' ? 'run' : 'answer';
  const here = how === 'resume' ? `Resume About ${now}` : `Ask About ${now}`;
  const goesOn =
    how === 'resume'
      ? `its code runs again and reads ${listed(open)} from now on. Replies that it has are not asked for again.`
      : `the conversation and its variables go on, and code reads ${listed(open)} from now on.`;
  const details = [`“${here}”: ${goesOn}`];
  const [folder, more] = places;
  const isFolder = what === 'folders' && folder !== undefined && more === undefined;
  const there = isFolder ? { label: `Open ${then}`, folder } : null;
  if (there) {
    const next =
      how === 'resume'
        ? 'Resume the run there, in the history of the Recursion view.'
        : 'To follow up there, save this answer as a file and open it in that window.';
    details.push(`“${there.label}”: opens ${there.folder} in a new window. ${next}`);
  } else {
    const meant = what === 'folders' ? 'open those folders' : 'select those files';
    details.push(`To ask about ${listed(places)}, ${meant} and ask again.`);
  }
  return {
    message: `This ${one} is about ${then}, and ${now} is open here.`,
    detail: details.join('\n\n'),
    here,
    there,
  };
}

/** Short names of both, or their paths if the names are the same. */
function namesOf(one: readonly string[], other: readonly string[]): readonly [string, string] {
  const [short, shortOther] = [one, other].map((paths) =>
    listed(paths.map((path) => basename(path))),
  );
  return short === shortOther ? [listed(one), listed(other)] : [short ?? '', shortOther ?? ''];
}

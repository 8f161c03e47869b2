import { isAbsolute, join } from 'node:path';
import { type Continuation, type PastRun, readPastRun, withOwnReport } from '../rlm/replay/pastRun';
import { aboutSubject, type Subject } from '../rlm/subject/subject';
import { type About, isSameSubject } from '../trajectory/about';
import { RecordingError } from '../trajectory/recording';
import { UsageError } from './exitStatus';
import { isLogPath } from './options';

/**
 * Opens the run that `--follow-up` names by its id or by the path of its log.
 * @param question null resumes the run with its own question.
 * @param reportFile the file named for the report, if any.
 * @returns the run, and a notice for the user or null.
 * @throws {UsageError} when there is no such run.
 */
export async function openEarlierRun(
  name: string,
  question: string | null,
  logFolder: string,
  reportFile: string | null,
): Promise<{ readonly continues: Continuation; readonly notice: string | null }> {
  const path = isLogPath(name) ? name : join(logFolder, `${name}.jsonl`);
  try {
    const { past, notice } = withOwnReport(await readPastRun(path), path, logFolder, reportFile);
    const how = question === null ? 'resume' : 'follow-up';
    return { continues: { how, past }, notice: how === 'resume' ? notice : null };
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new UsageError(
      `There is no run "${name}" to go on from. ${error.message}\nThe last line that "ask" prints names a run's log; --log says where to look for it.`,
    );
  }
}

/** What `checkSubject` needs to know of the earlier run. */
interface Continued extends Pick<Continuation, 'how'> {
  readonly past: Pick<PastRun, 'run' | 'about'>;
}

/**
 * Checks that the question is about the earlier run's subject.
 * @param named whether folders or files were named, so that another subject is intended.
 * @returns a notice for the user, or null.
 * @throws {UsageError} when the subject is another one and none was named.
 */
export function checkSubject(
  { past, how }: Continued,
  subject: Subject,
  named: boolean,
): string | null {
  const now = aboutSubject(subject);
  const before = past.about;
  if (before === null || isSameSubject(before, now)) return null;
  if (namesOnly(before) && isSameSubject(before, namesOf(subject))) return null;
  const change = `${past.run} was about ${listed(before)}, and this is about ${listed(now)}.`;
  const goesOn = how === 'resume' ? 'finish that run' : 'ask in its conversation';
  if (named) {
    return `${change} What the run has read and asked before stays as it was; "context" is new.`;
  }
  throw new UsageError(
    `${change}\nTo ${goesOn}, name what it was about: ${optionsFor(before)}\nTo go on with its conversation and variables here, name this: ${optionsFor(now)}`,
  );
}

/** Logs of earlier versions have the documents' names, not their paths. */
function namesOnly({ what, places }: About): boolean {
  return what === 'documents' && !places.some((place) => place === '-' || isAbsolute(place));
}

function namesOf(subject: Subject): About {
  const documents = subject.kind === 'documents' ? subject.documents : [];
  return { what: 'documents', places: documents.map(({ name }) => name) };
}

function listed({ places }: About): string {
  return places.join(', ');
}

function optionsFor({ what, places }: About): string {
  const option = what === 'folders' ? '--folder' : '--file';
  return places.map((place) => `${option} ${/\s/.test(place) ? `"${place}"` : place}`).join(' ');
}

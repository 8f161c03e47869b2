import { join } from 'node:path';
import { type Continuation, readPastRun } from '../rlm/pastRun';
import { RecordingError } from '../trajectory/recording';
import { UsageError } from './exitStatus';

/**
 * The run that `--follow-up` names: by its id, or by the path of its log.
 * @param question null goes on with that run's own question, where it was when it ended.
 * @throws {UsageError} when there is no such run.
 */
export async function openEarlierRun(
  name: string,
  question: string | null,
  logFolder: string,
): Promise<Continuation> {
  const isPath = /[\\/]|\.jsonl$/.test(name);
  try {
    const past = await readPastRun(isPath ? name : join(logFolder, `${name}.jsonl`));
    return { how: question === null ? 'resume' : 'follow-up', past };
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new UsageError(
      `There is no run "${name}" to go on from. ${error.message}\nThe last line that "ask" prints names a run's log; --log says where to look for it.`,
    );
  }
}

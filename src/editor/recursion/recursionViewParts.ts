import type { Uri } from 'vscode';
import type { Log } from '../log';
import type { Runs } from '../running/runs';

/** What the view is made of, and where it keeps what it has to remember. */
export interface RecursionViewParts {
  readonly live: Runs;
  readonly log: Log;
  /** Folder of the bundles. */
  readonly distUri: Uri;
  /** Where the logs of runs are. */
  readonly runFolder: string;
  /** Folder for the view's state, of this workspace. */
  readonly stateFolder: string;
}

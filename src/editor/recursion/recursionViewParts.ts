import type { Uri } from 'vscode';
import type { Log } from '../log';
import type { Runs } from '../running/runs';

/** What the view needs of the extension. */
export interface RecursionViewParts {
  readonly live: Runs;
  readonly log: Log;
  /** Folder of the bundles. */
  readonly distUri: Uri;
  /** The folder of the logs. */
  readonly runFolder: string;
  /** Folder for the view's state in this workspace. */
  readonly stateFolder: string;
}

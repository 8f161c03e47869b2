import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { folderFailure } from '../../ground/fileFailure';
import { makeFolder } from '../../ground/makeFolder';

/** A report can't be written to its folder. The message says why, and what the user can do. */
export class ReportFolderError extends Error {
  override readonly name = 'ReportFolderError';
}

/**
 * Makes the folder of a report if it is missing, so that a problem is known before a model is asked.
 * @throws {ReportFolderError}
 */
export async function prepareReportFolder(folder: string): Promise<void> {
  try {
    makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    const { sentence, remedy } = folderFailure(folder, error);
    const what = `The report has no place to go: ${sentence}. ${remedy}`.trimEnd();
    throw new ReportFolderError(`${what} No model was asked.`, { cause: error });
  }
}

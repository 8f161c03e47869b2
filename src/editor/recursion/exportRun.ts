import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type QuickPickItem, Uri, window, workspace } from 'vscode';
import type { RunId } from '../../trajectory/events';
import { exportMarkdown } from '../../trajectory/exportMarkdown';
import { exportForVisualizer } from '../../trajectory/exportVisualizer';
import { readRecording } from '../../trajectory/recording';
import { messages } from '../messages';
import { plainRow } from '../plainText';
import { shorten } from '../shorten';
import type { RunArchive } from './runArchive';

interface RunItem extends QuickPickItem {
  readonly run: RunId;
}

interface FormatItem extends QuickPickItem {
  /** The end of the file name, after the run's id. */
  readonly ending: string;
  /** Name of that kind of file in the save dialog. */
  readonly fileKind: string;
  /** The content of the file, from the log at that path. */
  readonly make: (log: string) => Promise<string | Buffer>;
}

const formats: readonly FormatItem[] = [
  {
    label: 'Markdown',
    detail: 'To read and share: the question, the answer, and the work turn by turn.',
    ending: '.md',
    fileKind: 'Markdown',
    make: async (log) => exportMarkdown(await readRecording(log)),
  },
  {
    label: 'JSONL for the RLM visualizer',
    detail: 'To open in the visualizer of the official RLM code.',
    ending: '.visualizer.jsonl',
    fileKind: 'JSON Lines',
    make: async (log) => exportForVisualizer(await readRecording(log)),
  },
  {
    label: 'Run log',
    detail: 'The log as Fathom wrote it, with everything.',
    ending: '.jsonl',
    fileKind: 'JSON Lines',
    make: (log) => readFile(log),
  },
];

/**
 * Saves a past run in a format and place that the user picks.
 * @param wanted the run; null lets the user pick that, too.
 * @returns the file; null when the user cancelled, or there is no run yet.
 * @throws when the log can't be read or the file can't be written.
 */
export async function exportRun(archive: RunArchive, wanted: RunId | null): Promise<Uri | null> {
  const run = wanted ?? (await pickRun(archive));
  if (run === null) return null;
  const format = await window.showQuickPick(formats, {
    title: 'Export the run',
    placeHolder: 'The format',
  });
  if (!format) return null;
  const log = archive.path(run);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const name = basename(log, '.jsonl') + format.ending;
  const target = await window.showSaveDialog({
    ...(folder ? { defaultUri: Uri.joinPath(folder, name) } : {}),
    filters: { [format.fileKind]: [format.ending.slice(format.ending.lastIndexOf('.') + 1)] },
    title: 'Export the run',
  });
  if (!target) return null;
  await workspace.fs.writeFile(target, Buffer.from(await format.make(log)));
  void offerToOpen(target);
  return target;
}

async function pickRun(archive: RunArchive): Promise<RunId | null> {
  const runs = await archive.list();
  if (runs.length === 0) {
    void messages.showInformationMessage('There is no run to export yet.');
    return null;
  }
  const items = runs.map(
    ({ id, question, model, started }): RunItem => ({
      label: plainRow(shorten(question, 120)),
      description: plainRow(model),
      detail: new Date(started).toLocaleString(),
      run: id,
    }),
  );
  const picked = await window.showQuickPick(items, {
    title: 'Export a run',
    placeHolder: 'The run, newest first',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.run ?? null;
}

async function offerToOpen(target: Uri): Promise<void> {
  const open = 'Open';
  const name = basename(target.path);
  const picked = await messages.showInformationMessage(`The run was exported to ${name}.`, open);
  if (picked === open) await window.showTextDocument(target, { preview: false });
}

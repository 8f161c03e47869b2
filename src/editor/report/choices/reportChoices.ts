import { homedir } from 'node:os';
import { type Memento, Uri, workspace } from 'vscode';
import type { Revisions } from '../../../rlm/report/reportTemplates';
import { type ReportTarget, targetRecord } from './reportTarget';
import { targetPath } from './targetPath';

/** A user's choices for a report. */
export interface ReportChoices {
  /** Name of a template; null for the user's own subject. */
  readonly template: string | null;
  /** The user's own subject, or a wish besides the template; "" for nothing. */
  readonly subject: string;
  readonly revisions: Revisions | null;
  /** "" for the language of the question. */
  readonly language: string;
  readonly target: ReportTarget;
}

const stateKey = 'fathom.report';

/** The last choices in this workspace. */
export class ReportMemory {
  readonly #state: Memento;

  constructor(workspaceState: Memento) {
    this.#state = workspaceState;
  }

  get last(): Partial<ReportChoices> {
    return choicesFrom(this.#state.get(stateKey));
  }

  async remember({ target, ...choices }: ReportChoices): Promise<void> {
    const place = targetRecord(target);
    await this.#state.update(stateKey, { ...choices, ...choices.revisions, target: place });
  }
}

/**
 * Choices from a command's argument, or from memory: `{template, subject, from, to, language,
 * target: {file: ...} | {append: ...}}`. Ignores anything of another form.
 */
export function choicesFrom(argument: unknown): Partial<ReportChoices> {
  if (typeof argument !== 'object' || argument === null) return {};
  const values: Readonly<Record<string, unknown>> = { ...argument };
  const text = (key: string): string | null => {
    const value = values[key];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const [template, subject, from, language] = ['template', 'subject', 'from', 'language'].map(text);
  const target = targetFrom(values['target']);
  return {
    ...(template ? { template } : {}),
    ...(subject ? { subject } : {}),
    ...(from ? { revisions: { from, to: text('to') ?? 'HEAD' } } : {}),
    ...(language ? { language } : {}),
    ...(target ? { target } : {}),
  };
}

function targetFrom(value: unknown): ReportTarget | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('file' in value && typeof value.file === 'string') {
    return { kind: 'file', uri: uriOf(value.file) };
  }
  if ('append' in value && typeof value.append === 'string') {
    return { kind: 'append', uri: uriOf(value.append) };
  }
  return null;
}

/** A uri, an absolute path or one that begins with `~/`, or a path in the first folder of the workspace. */
function uriOf(text: string): Uri {
  const path = targetPath(text, homedir());
  if (path.kind === 'uri') return Uri.parse(path.text);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (path.kind === 'absolute' || !folder) return Uri.file(path.text);
  return Uri.joinPath(folder, path.text);
}

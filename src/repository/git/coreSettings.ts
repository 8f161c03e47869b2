import { join } from 'node:path';
import { readPlainFile } from './plainFile';

/** What Fathom reads of a repository's configuration: facts about the work tree, which can't start programs. */
export interface CoreSettings {
  /** The work tree of a submodule, relative to its Git folder. */
  readonly worktree: string | null;
  /** False if the file system does not keep the permission to execute. */
  readonly fileMode: boolean;
  /** False if links are checked out as files with their targets. */
  readonly symlinks: boolean;
}

/** The largest configuration, in bytes. */
const most = 64 * 1024 * 1024;

/** @throws {RepositoryError} `not-a-git-repository` when the configuration is not a plain file. */
export function readCoreSettings(gitFolder: string): CoreSettings {
  const values = new Map<string, string>();
  for (const name of ['config', 'config.worktree']) {
    const bytes = readPlainFile(join(gitFolder, name), name, most);
    if (bytes !== null) coreValues(bytes.toString('utf8'), values);
  }
  return {
    worktree: values.get('worktree') ?? null,
    fileMode: !isFalse(values.get('filemode')),
    symlinks: !isFalse(values.get('symlinks')),
  };
}

/** Adds the settings of the section `core`, by lower-case name. Includes are not followed. */
function coreValues(text: string, values: Map<string, string>): void {
  let inCore = false;
  for (const line of text.split('\n')) {
    // Both patterns take linear time.
    const [header, section, subsection] =
      /^\s*\[([^\]"]*)(?:("(?:[^"\\]|\\.)*")[ \t]*)?\]/.exec(line) ?? [];
    if (header !== undefined) {
      inCore = section?.trim().toLowerCase() === 'core' && subsection === undefined;
    }
    if (!inCore) continue;
    const rest = header === undefined ? line : line.slice(header.length);
    const equals = rest.indexOf('=');
    const name = (equals < 0 ? rest : rest.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? 'true' : unquoted(rest.slice(equals + 1).trim());
    if (/^[a-z][\w-]*$/.test(name)) values.set(name, value);
  }
}

/** A value without its quotes, escapes and comment. */
function unquoted(value: string): string {
  let text = '';
  let inQuotes = false;
  for (let index = 0; index < value.length; index += 1) {
    const character = value.charAt(index);
    if (character === '"') inQuotes = !inQuotes;
    else if (character === '\\') {
      index += 1;
      text += escapes.get(value.charAt(index)) ?? value.charAt(index);
    } else if (!inQuotes && (character === '#' || character === ';')) return text.trimEnd();
    else text += character;
  }
  return text;
}

const escapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['b', '\b'],
]);

function isFalse(value: string | undefined): boolean {
  return value !== undefined && /^(false|no|off|0|)$/i.test(value);
}

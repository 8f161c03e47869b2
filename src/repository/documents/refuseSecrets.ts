import { homedir } from 'node:os';
import { sep } from 'node:path';
import { compileGlob } from '../listing/glob';
import { fileKey } from '../policy/linkVerdicts';
import { secretPolicy } from '../policy/secretFiles';
import { secretsOutside } from '../policy/secretLinks';
import { type IdentifiedFile, identify } from '../text/checkedFile';
import { DocumentError } from './documentError';
import type { DocumentSource } from './openDocuments';

/**
 * Refuses secret files, so that a click on the wrong file does not send a key to a model. It checks names as the user
 * sees them, whole paths (outside of the workspace a name is only the last part), link targets, and other names of the
 * same file: those of the user's secret files, in its folder, and in the folders above.
 * @param allowed globs of secret files that may be read.
 * @param advice a sentence that says how to ask about a secret document on purpose.
 * @param home the folder that has the user's own secrets.
 * @returns the same documents, each with the identity of the checked file, so that opening another one in its place
 * fails.
 * @throws {DocumentError} when one looks like a secret file.
 */
export async function refuseSecrets(
  sources: readonly DocumentSource[],
  allowed: readonly string[],
  advice: (source: DocumentSource) => string,
  home: string = homedir(),
): Promise<readonly DocumentSource[]> {
  const secretKind = secretPolicy(allowed);
  const globs = allowed.map((glob) => compileGlob(glob));
  const checked: DocumentSource[] = [];
  for (const source of sources) {
    const file = 'path' in source && source.path ? await identify(source.path) : null;
    const names = namesOf(source, file);
    const isAllowed = names.flat().some((name) => globs.some((glob) => glob.matches(name)));
    const linked = isAllowed ? null : secretLink(file, home);
    const kind = names.map((some) => secretKind(...some)).find((one) => one !== null) ?? linked;
    if (kind !== null) {
      throw new DocumentError(
        `${source.name} looks like ${kind}, and secret files are not sent to models. ${advice(source)}`,
      );
    }
    checked.push(source.from === 'file' ? { ...source, file } : source);
  }
  return checked;
}

/** The names of a document's file, and of the file that it links to. */
function namesOf(
  source: DocumentSource,
  file: IdentifiedFile | null,
): readonly (readonly string[])[] {
  const name = slashed(source.name);
  // Standard input is a deliberate choice.
  if (source.from === 'stream') return [];
  if (source.path === undefined) return [[name]];
  const path = slashed(source.path);
  // If the file is missing, opening it says so.
  const real = slashed(file?.path ?? source.path);
  // If only a folder above is a link, it is the same file of the workspace.
  return real === path || real.endsWith(`/${name}`) ? [[name, path, real]] : [[name, path], [real]];
}

/** The kind of secret that a file is under another name; null for an ordinary file. */
function secretLink(file: IdentifiedFile | null, home: string): string | null {
  if (file === null || file.nlink <= 1n) return null;
  const policy = secretPolicy([]);
  const secrets = secretsOutside([file.path], (name) => policy(name) !== null, home);
  return secrets.get(fileKey(file)) ?? null;
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}

import { homedir } from 'node:os';
import { sep } from 'node:path';
import { compileGlob } from '../listing/glob';
import { keyOf } from '../policy/linkVerdicts';
import { secretPolicy } from '../policy/secretFiles';
import { secretsOutside } from '../policy/secretLinks';
import { type IdentifiedFile, identify } from '../text/checkedFile';
import { DocumentError } from './documentError';
import type { DocumentSource } from './openDocuments';

/**
 * A click on the wrong file must not send a key to a model. Names are looked at as the user sees them, as
 * whole paths (outside of the workspace a name is only the last part), and behind links, and so are other
 * names of the same file: those of secret files of the user, in its folder, and in those above.
 * @param allowed globs of secret files that may be read after all.
 * @param advice how to ask about a document in spite of that, as a sentence.
 * @param home the folder that has the user's own secrets.
 * @returns the same documents, each held to the file that was looked at: another one in its place is refused
 * by who opens it.
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

/** The names of each file that a document is: itself, and what it links to. */
function namesOf(
  source: DocumentSource,
  file: IdentifiedFile | null,
): readonly (readonly string[])[] {
  const name = slashed(source.name);
  // What is piped in is meant.
  if (source.from === 'stream') return [];
  if (source.path === undefined) return [[name]];
  const path = slashed(source.path);
  // That it is not there is said by whoever opens it.
  const real = slashed(file?.path ?? source.path);
  // A folder above may be a link, too; then it is the same file of the workspace.
  return real === path || real.endsWith(`/${name}`) ? [[name, path, real]] : [[name, path], [real]];
}

/** What a file with several names is under another one; null for an ordinary file. */
function secretLink(file: IdentifiedFile | null, home: string): string | null {
  if (file === null || file.nlink <= 1n) return null;
  const policy = secretPolicy([]);
  const secrets = secretsOutside([file.path], (name) => policy(name) !== null, home);
  return secrets.get(keyOf(file)) ?? null;
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}

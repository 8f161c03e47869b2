import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { secretPolicy } from '../secretFiles';
import { DocumentError } from './documentError';
import type { DocumentSource } from './openDocuments';

/**
 * A click on the wrong file must not send a key to a model. Names are looked at as the user sees them, as
 * whole paths (outside of the workspace a name is only the last part), and behind links.
 * @param allowed globs of secret files that may be read after all.
 * @param advice how to ask about a document in spite of that, as a sentence.
 * @throws {DocumentError} when one looks like a secret file.
 */
export async function refuseSecrets(
  sources: readonly DocumentSource[],
  allowed: readonly string[],
  advice: (source: DocumentSource) => string,
): Promise<void> {
  const secretKind = secretPolicy(allowed);
  for (const source of sources) {
    for (const names of await namesOf(source)) {
      const kind = secretKind(...names);
      if (kind === null) continue;
      throw new DocumentError(
        `${source.name} looks like ${kind}, and secret files are not sent to models. ${advice(source)}`,
      );
    }
  }
}

/** The names of each file that a document is: itself, and what it links to. */
async function namesOf(source: DocumentSource): Promise<readonly (readonly string[])[]> {
  const name = slashed(source.name);
  // What is piped in is meant.
  if (source.from === 'stream') return [];
  if (source.path === undefined) return [[name]];
  const path = slashed(source.path);
  // That it is not there is said by whoever opens it.
  const real = slashed(await realpath(source.path).catch(() => path));
  // A folder above may be a link, too; then it is the same file of the workspace.
  return real === path || real.endsWith(`/${name}`) ? [[name, path, real]] : [[name, path], [real]];
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}

import { languageNamed } from '../../../ground/languages';

/**
 * The editor's language for a document.
 * @param named the language as the code of a run named it; null when it did not.
 * @param extension of the file's name, with its dot.
 * @param known the editor's languages.
 */
export function languageFor(
  named: string | null,
  extension: string,
  known: readonly string[],
): string {
  const words = [named?.trim().toLowerCase() ?? '', extension.slice(1).toLowerCase()];
  const wanted = words.flatMap((word) => [word, languageNamed(word) ?? '']);
  return wanted.find((word) => word !== '' && known.includes(word)) ?? 'plaintext';
}

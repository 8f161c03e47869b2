import { readFile, stat } from 'node:fs/promises';
import { withoutPartTexts } from '../document/partTexts';

/** Larger report files are not compared with their documents, in bytes. */
const mostCompared = 64 * 1024 * 1024;

/**
 * Compares a document with the report's own file: `same` if it has all or a part of the report and nothing else;
 * `gone` if the file does not exist any more.
 */
export async function compareWritten(
  spool: string,
  text: string,
): Promise<'same' | 'changed' | 'gone'> {
  let written: string;
  try {
    if ((await stat(spool)).size > mostCompared) return 'same';
    written = await readFile(spool, 'utf8');
  } catch {
    return 'gone';
  }
  const own = withoutPartTexts(inOneWay(text)).trimEnd();
  return inOneWay(written).includes(own) ? 'same' : 'changed';
}

/** Makes line ends equal: a document has one kind of them, a report those of what it quotes. */
function inOneWay(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

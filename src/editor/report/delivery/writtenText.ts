import { readFile, stat } from 'node:fs/promises';
import { withoutPartTexts } from '../document/partTexts';

/** A report file over this size, in bytes, is not compared with its document. */
const mostCompared = 64 * 1024 * 1024;

/**
 * Compares a document with the report's own file: `same` when it has a part of the report, or all of it, and
 * nothing else; `gone` when there is no such file any more.
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

/** The editor has one kind of line ends in a document, a report those of what it quotes. */
function inOneWay(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

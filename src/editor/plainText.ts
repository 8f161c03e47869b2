import { drawable } from '../ground/drawable';

/**
 * Foreign text for a message or a title of the editor, on one line and without links. The editor would turn
 * `[text](target)` into a link, even to a command.
 */
export function oneLine(text: string): string {
  return drawable(text).replaceAll('](', '] (');
}

/** Foreign text for a row, where `$(` would begin an icon. */
export function plainRow(text: string): string {
  return drawable(text).replaceAll('$(', '\\$(');
}

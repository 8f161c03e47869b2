import { drawable } from '../ground/drawable';

/**
 * Foreign text for a message or a title of the editor: one line, of which nothing becomes a link. It takes
 * `[text](target)` for one, also where the target is a command.
 */
export function oneLine(text: string): string {
  return drawable(text).replaceAll('](', '] (');
}

/** The same for rows, where `$(` would begin an icon. */
export function rowText(text: string): string {
  return drawable(text).replaceAll('$(', '\\$(');
}

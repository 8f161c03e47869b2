import GithubSlugger from 'github-slugger';
import { blankFences } from '../../../rlm/citations/citations';

/**
 * A table of contents for a Markdown document, as a list of links; "" when it has no such headings.
 * @param text the document. @param sections where its sections begin, offsets in the text.
 */
export function contentsText(text: string, sections: ReadonlySet<number>): string {
  const slugger = new GithubSlugger();
  const entries: { readonly level: number; readonly line: string }[] = [];
  // Links count headings of the same name, also those that are no sections.
  for (const match of blankFences(text).matchAll(/^(#{1,6})[ \t]+(.*?)[ \t]*\r?$/gm)) {
    const [, marks = '', title = ''] = match;
    const slug = slugger.slug(title);
    if (!sections.has(match.index)) continue;
    const label = title.replace(/[\\[\]]/g, '\\$&');
    entries.push({ level: marks.length, line: `- [${label}](#${slug})` });
  }
  const top = Math.min(...entries.map(({ level }) => level));
  return entries.map(({ level, line }) => `${'  '.repeat(level - top)}${line}\n`).join('');
}

/** Where a table of contents goes: below the document's title if it has one, else at its beginning. */
export function contentsOffset(text: string): number {
  return /^# .*\r?\n(?:[ \t]*\r?\n)?/.exec(text)?.[0].length ?? 0;
}

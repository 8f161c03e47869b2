import GithubSlugger from 'github-slugger';
import { blankFences } from '../../../rlm/citations/citations';

/**
 * A table of contents for a Markdown document, as a list of links; "" when it has no sections.
 * @param text the document. @param sections offsets of its sections.
 */
export function contentsText(text: string, sections: ReadonlySet<number>): string {
  const slugger = new GithubSlugger();
  const entries: { readonly level: number; readonly line: string }[] = [];
  // Links number headings with the same name, including those that are not sections.
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

/** The place of a table of contents: below the document's title if it has one, else at its beginning. */
export function contentsOffset(text: string): number {
  return /^# .*\r?\n(?:[ \t]*\r?\n)?/.exec(text)?.[0].length ?? 0;
}

import type { CitationMark } from './citationMark';

/** A page of a file on a Git host, with lines: GitHub, GitLab, Gitea, Bitbucket and their like. */
const hosted =
  /(\[(?:[^\][\n]{0,1024})\]\()?<?https?:\/\/[\w.:-]+\/([\w.~%/-]{1,512}?)\/(?:-\/)?(?:blob|blame|src|raw)\/([^\s#?()<>[\]`]{1,1024})(?:\?[\w=&.%-]{0,256})?#(?:L|lines?-)?(\d{1,9})(?:C\d{1,9})?(?:[-:]L?(\d{1,9})(?:C\d{1,9})?)?>?(\))?/g;

/**
 * Links to lines of files on a Git host, as places: the path is what follows the branch. In the text they
 * are blank, so that nothing else is seen in them; offsets stay.
 */
export function findHostedLinks(text: string): {
  readonly text: string;
  readonly marks: readonly CitationMark[];
} {
  if (!text.includes('://')) return { text, marks: [] };
  const marks: CitationMark[] = [];
  const blank = text.replace(hosted, (all: string, ...groups: (string | number | undefined)[]) => {
    const [label, , rest, first, last, close] = groups;
    const index = groups.find((group) => typeof group === 'number') ?? 0;
    const path = decoded(`${rest}`.split('/').slice(1).join('/'));
    if (path === '') return all;
    const isLink = label !== undefined && close !== undefined;
    // A bracket that belongs to the prose around the address stays there.
    const length = all.length - (close !== undefined && !isLink ? 1 : 0);
    marks.push({
      path,
      start: Number(first),
      end: Number(last ?? first),
      index: Number(index),
      length,
      longer: null,
      isGuess: true,
      form: { index: Number(index), length, before: '`', after: '`' },
    });
    return ' '.repeat(length) + all.slice(length);
  });
  return { text: blank, marks };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Words that end in a full stop which ends no sentence: "e.g.", initials, and the like. */
const abbreviation =
  /(?:^|[\s("'])(?:(?:[a-z]\.)+|cf\.|vs\.|approx\.|incl\.|resp\.|fig\.|dr\.|mrs?\.)$/i;

/** At most about 100 characters, cut at the end of the first sentence or else of a word. */
export function headline(text: string, most = 100): string {
  const sentence = firstSentence(text);
  const chosen = sentence.length >= 12 ? sentence : text;
  if (chosen.length <= most) return chosen.replace(/[.:]$/, '');
  return `${chosen.slice(0, most - 1).replace(/\s+\S*$/, '')}…`;
}

/** The first line up to where its first sentence ends, or a colon; the whole text where nothing ends. */
function firstSentence(text: string): string {
  const line = /^.*/.exec(text)?.[0] ?? '';
  for (const { index, 0: sign } of line.matchAll(/[.!?:](?=\s|$)/g)) {
    const rest = line.slice(index + 1);
    const goesOn =
      /^\s+\p{Ll}/u.test(rest) ||
      (rest !== '' && abbreviation.test(line.slice(0, index + 1).slice(-20)));
    if (index > 0 && !(sign === '.' && goesOn)) return line.slice(0, index + 1);
  }
  return text;
}

/** At most about 100 characters, cut at the end of the first sentence or else of a word. */
export function headline(text: string, most = 100): string {
  const sentence = /^.+?[.!?:](?=\s|$)/.exec(text)?.[0] ?? text;
  const chosen = sentence.length >= 12 ? sentence : text;
  if (chosen.length <= most) return chosen.replace(/[.:]$/, '');
  return `${chosen.slice(0, most - 1).replace(/\s+\S*$/, '')}…`;
}

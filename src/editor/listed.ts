/** How many names are listed; the rest is counted. */
const mostNamed = 3;

/** Names in a sentence or title: `a`, `a and b`, `a, b, c and 2 more`. */
export function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  const parts = more > 0 ? [...names.slice(0, mostNamed), `${more} more`] : names;
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

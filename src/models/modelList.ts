import * as z from 'zod';

/** No server has more; what is beyond is not looked at. */
const mostNames = 10_000;

// Not a schema for each entry: what is wrong with a million of them takes more memory than they do.
const modelList = z.object({ data: z.custom<readonly unknown[]>((data) => Array.isArray(data)) });

/** The names in what a server answers to `GET /models`, as it spells them; null when it is no such list. */
export function modelNames(document: unknown): readonly string[] | null {
  const list = modelList.safeParse(document);
  return list.success ? list.data.data.slice(0, mostNames).flatMap(nameOf) : null;
}

function nameOf(entry: unknown): readonly string[] {
  if (typeof entry !== 'object' || entry === null || !('id' in entry)) return [];
  return typeof entry.id === 'string' ? [entry.id] : [];
}

/**
 * True for a name that can stand in a list, a setting and a message as it is: no line breaks, no control
 * characters of terminals or of writing directions, no book.
 */
export function isPlainName(name: string): boolean {
  return name.length <= 200 && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name);
}

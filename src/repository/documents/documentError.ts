/** A document can't be read as text; the message names it, and says why and what the user can do. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** A document has more bytes than it may. */
export function tooLarge(name: string, mostBytes: number): DocumentError {
  const most = Number((mostBytes / 1e9).toPrecision(2));
  return new DocumentError(`${name} is too large: a document may have ${most} GB. Split it.`);
}

/** A document can't be read as text; the message names it, and says why and what the user can do. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

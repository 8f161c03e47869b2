/**
 * The most that a server may send for one request, counted after decompression. They keep 16 hostile
 * replies at once within 600 MB of memory, and are more than any model says at once: 1 MB are a
 * quarter of a million tokens.
 */
export const replyLimits = {
  /** A reply that comes as one document, in bytes: read, JSON can take twenty times as much. */
  body: 2 ** 20,
  /** What else is asked for, such as a list of models, in bytes. */
  list: 8 * 2 ** 20,
  /** The body of an error status, in bytes. */
  error: 2 ** 20,
  /** All of a stream, in bytes: some servers spend 600 on each token. */
  stream: 64 * 2 ** 20,
  /** One server-sent event with all of its lines, in characters. */
  event: 2 ** 20,
  /** Lines of a stream, with comments and empty ones: two or three for each token. */
  lines: 300_000,
  /** What a model says and thinks in one reply, in characters. */
  text: 2 * 2 ** 20,
} as const;

import type { Endpoint } from './endpoint';
import { ModelError } from './languageModel';

/**
 * The error for a server that sends more than any model says. Asking again is no use.
 * @param what is too large, and how large it may be: "one event of more than 4 MB".
 * @param status where it is not 200.
 */
export function oversizedReply({ host, shownUrl }: Endpoint, what: string, status = 200) {
  const details = status === 200 ? {} : { status };
  const failed = status === 200 ? '' : ` (status ${status})`;
  return new ModelError(
    'oversized',
    `${host} sent too much${failed}: ${what}. Nothing of it is used. ` +
      `Check that ${shownUrl} is the right base URL, and look at the server's log.`,
    details,
  );
}

/** A number of bytes or characters, a multiple of 1 MB, for people. */
export function megabytes(size: number): string {
  return `${size / 2 ** 20} MB`;
}

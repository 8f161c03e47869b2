import { APIError } from 'openai';
import { BrokenReply } from './brokenReply';
import { reportedError } from './reportedError';

/**
 * The error that a document reports in place of a reply, or of the rest of one: as servers stream it, put it
 * into a choice, or answer with it at status 200. Null when it reports none.
 * @param event the name of the server-sent event; empty where there is none.
 */
export function serverError(event: string, document: unknown, headers: Headers): Error | null {
  const error = reportedError(event, document);
  if (error === null) return null;
  try {
    return new APIError(undefined, error, undefined, headers);
  } catch {
    // It is nested too deeply to be written out.
    return new BrokenReply('malformed', 'it sent an error that cannot be read');
  }
}

import { APIError } from 'openai';
import { BrokenReply } from './brokenReply';

/**
 * The error that a document reports in place of a reply, or of the rest of one: as servers stream it, put it
 * into a choice, or answer with it at status 200. Null when it reports none.
 * @param event the name of the server-sent event; empty where there is none.
 */
export function serverError(event: string, document: unknown, headers: Headers): Error | null {
  const error = errorIn(event, document);
  if (error === null) return null;
  try {
    return new APIError(undefined, error, undefined, headers);
  } catch {
    // It is nested too deeply to be written out.
    return new BrokenReply('malformed', 'it sent an error that cannot be read');
  }
}

function errorIn(event: string, document: unknown): object | null {
  if (!isObject(document)) return null;
  const { error, choices, response } = document;
  if (isObject(error)) return error;
  if (error) return { message: String(error) };
  // OpenAI's Responses: the event `response.failed`.
  if (isObject(response) && isObject(response['error'])) return response['error'];
  if (event === 'error' || document['object'] === 'error') return document;
  if (Array.isArray(choices)) {
    const [choice] = choices;
    return isObject(choice) && isObject(choice['error']) ? choice['error'] : null;
  }
  // What web frameworks answer with by themselves.
  const said = choices === undefined ? (document['detail'] ?? document['message']) : undefined;
  return typeof said === 'string' ? { ...document, message: said } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The body of an error status as OpenAI would write it, so that the server's own words reach whoever asked.
 * @param text the body as it came; a body without words in it is left as it is.
 */
export function plainErrorBody(text: string): string {
  try {
    const streamed = /^data:(.*)$/m.exec(text)?.[1];
    const document: unknown = JSON.parse(streamed ?? text);
    const error = reportedError('error', document);
    return error === null ? text : JSON.stringify({ error });
  } catch {
    // Plain text or a web page; or it is nested too deeply.
    return text;
  }
}

/** What a server says of an error. */
export type ReportedError = Readonly<Record<string, unknown>>;

/**
 * The error in a document, with its words in `message`. Null when it reports none.
 * @param event the name of its server-sent event; empty where there is none.
 */
export function reportedError(event: string, document: unknown): ReportedError | null {
  // Google's list of one.
  if (Array.isArray(document) && isObject(document[0])) return reportedError(event, document[0]);
  if (!isObject(document))
    return event === 'error' && wordsIn(document) !== '' ? worded({}, document) : null;
  const { error, choices, response, detail, message, msg } = document;
  if (isObject(error)) return worded(error, error);
  if (error) return worded(document, wordsIn(error) || document);
  // OpenAI's Responses: the event `response.failed`.
  if (isObject(response) && isObject(response['error'])) {
    return worded(response['error'], response['error']);
  }
  if (Array.isArray(choices)) {
    const failed = choices.find((choice) => isObject(choice) && choice['error']);
    if (failed) return reportedError(event, { error: failed.error });
  }
  const isError = event === 'error' || ['object', 'type'].some((key) => document[key] === 'error');
  if (isError) return worded(document, document);
  // What gateways and web frameworks answer with by themselves.
  const said = choices === undefined ? (detail ?? message ?? msg ?? document['errors']) : undefined;
  return wordsIn(said) === '' ? null : worded(document, said);
}

function worded(error: ReportedError, said: unknown): ReportedError {
  const message = [wordsIn(said), ownWordsBehind(error)].filter((words) => words !== '').join(': ');
  return message === '' ? error : { ...error, message };
}

/** OpenRouter says "Provider returned error", and what the provider said beside it. */
function ownWordsBehind({ metadata }: ReportedError): string {
  return isObject(metadata) ? wordsIn(metadata['raw']) : '';
}

/** Where servers and gateways have their words, the usual place first. */
const places = [
  'message',
  'msg',
  'detail',
  'error',
  'errors',
  'error_message',
  'error_msg',
] as const;
const otherPlaces = ['error_description', 'description', 'reason', 'title'] as const;
/** Words are nowhere deeper than this. */
const mostDepth = 5;

/** The words of an error; empty where there are none. */
function wordsIn(said: unknown, depth = 0): string {
  if (depth > mostDepth) return '';
  if (typeof said === 'string') return unpacked(said.trim(), depth);
  if (Array.isArray(said)) {
    const each = said.slice(0, 5).map((one) => wordsIn(one, depth + 1));
    return each.filter((words) => words !== '').join('; ');
  }
  if (!isObject(said)) return '';
  for (const place of [...places, ...otherPlaces]) {
    const words = wordsIn(said[place], depth + 1);
    if (words !== '') return `${parameterOf(said)}${words}`;
  }
  return '';
}

/** Some gateways put the JSON of an error into the text of their own. */
function unpacked(text: string, depth: number): string {
  if (!text.startsWith('{') && !text.startsWith('[')) return text;
  try {
    return wordsIn(JSON.parse(text), depth + 1) || text;
  } catch {
    return text;
  }
}

/** A validator names the parameter that it objects to beside its words. */
function parameterOf({ loc }: Readonly<Record<string, unknown>>): string {
  const names = Array.isArray(loc) ? loc.filter((name) => typeof name === 'string') : [];
  return names.length === 0 ? '' : `${names.join('.')}: `;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

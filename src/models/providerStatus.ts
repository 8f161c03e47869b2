import type { APIError } from 'openai';

/** The HTTP status of an error, also of one that came at status 200; null where it has none. */
export function statusOf({ status, error }: APIError): number | null {
  return status ?? numericCode(error);
}

/** Some servers put the HTTP status in the `code` of an error that they stream. */
function numericCode(body: unknown): number | null {
  if (typeof body !== 'object' || body === null || !('code' in body)) return null;
  const status = Number(body.code);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : null;
}

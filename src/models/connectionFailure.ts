import { errorCode } from '../ground/fileFailure';
import type { Endpoint } from './endpoint';

/** Says why a request got no response at all, and what to do about it. */
export function describeConnectionFailure(error: unknown, endpoint: Endpoint): string {
  const { host, shownUrl } = endpoint;
  const code = connectionErrorCode(error);
  const nothingAnswers = `Nothing answers at ${shownUrl}. Is the server running?`;
  switch (code) {
    case 'ECONNREFUSED':
      return `${nothingAnswers} Check the base URL and its port.`;
    case badPort:
      return `${nothingAnswers} Check the base URL: HTTP clients refuse to use its port.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${host} can't be found (${code}). Check the base URL and the network connection.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `There is no way to ${host} (${code}). Check the network connection, VPN and proxy.`;
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `${host} can't be reached in time (${code}). Check the base URL, the network and the proxy.`;
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return `${host} stayed silent too long (${code}). Look whether the server is stuck, or ask for less.`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return `${shownUrl} does not speak TLS. If the server has no certificate, use http:// instead.`;
    case null:
      return `The connection to ${host} failed. Check the base URL and the network connection.`;
    default:
      if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
        return (
          `The TLS certificate of ${host} is not trusted (${code}). If your organisation has its own ` +
          'authority, name its certificate in NODE_EXTRA_CA_CERTS.'
        );
      }
      return `${host} closed the connection without an answer (${code}). Look at the server's log.`;
  }
}

/** Codes of connections that were made, and closed before a response was whole. */
const tears: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
]);

/**
 * True when somebody took the request and closed the connection, as a server or a gateway does that has too
 * much to do. Editors' network stacks say it in words.
 */
export function isTorn(error: unknown): boolean {
  const code = connectionErrorCode(error);
  if (code !== null) return tears.has(code);
  const words = error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : '';
  return /ERR_CONNECTION_(?:RESET|CLOSED|ABORTED)|ERR_EMPTY_RESPONSE|socket hang up|other side closed/i.test(
    words,
  );
}

/** Ports of other protocols that the Fetch standard blocks; the error has words but no code. */
const badPort = 'bad port';

/** The code of the system, of TLS or of the HTTP client behind an error; null when there is none. */
export function connectionErrorCode(error: unknown): string | null {
  let current = error;
  let code: string | null = null;
  // The innermost code says the most; chains are short, and a loop in one must not hang us.
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    code = errorCode(current) ?? (current.message === badPort ? badPort : code);
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return code;
}

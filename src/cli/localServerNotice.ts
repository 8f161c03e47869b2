import type { LocalServer } from '../models/localServers';

/** So many models of a server are named. */
const mostNames = 3;

/** Tells who has no model that a server on this machine has some, and how to ask it. */
export function localServerNotice({ baseUrl, models }: LocalServer): string {
  const [first = ''] = models;
  const more = models.length - mostNames;
  const names = `${models.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `A server with ${names} answers at ${baseUrl}. To ask it: --base-url ${baseUrl} --model ${quoted(first)}`;
}

/** As a shell takes it. */
function quoted(name: string): string {
  return /^[\w./:@+-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

/** Longer addresses stay visible instead of hidden behind a text: they have room for data to be stolen. */
const longestHidden = 256;

/** `http` and `https` only, without a user name, a query, or characters with a meaning in Markdown or HTML. */
const webAddress = /^https?:\/\/([a-z0-9.-]+(?::\d{1,5})?)(?:[/#][\w\-.~:/@!$'*+,;=%#]*)?$/i;
/** Relative, downwards, and without anything that a reader may decode to something else. */
const repositoryPath =
  /^(?:\.\/)?[\p{L}\p{N}_.@][\p{L}\p{N}_\-.~@+/]*(?:%20[\p{L}\p{N}_\-.~@+/]*)*(?:#[\w-]*)?$/u;
const fragment = /^#[\p{L}\p{N}_\-.]*$/u;

/** The whole of `(destination "title")`, if it is of the plain kind. */
const plainResource = /^\(([^\s()<>"'`\\]*|<[^\s()<>"'`\\]*>)(?: "([^"`<>\\]*)")?\)/;

const commonDomains =
  'com|org|net|io|dev|ai|app|co|gov|edu|info|me|us|uk|de|fr|ch|at|eu|cn|ru|jp|in|xyz|sh|so|tv|to|cc|site|online';
const domain = new RegExp(`^(?:[\\w-]+\\.)+(?:${commonDomains})$`, 'i');

/** The length of a link's resource, from its `(`, if the link may stay a link; else 0. */
export function linkLength(text: string, label: string | null): number {
  const match = plainResource.exec(text);
  if (!match) return 0;
  const [whole, destination = '', title = ''] = match;
  if (/:\/\/|^\/\//.test(title)) return 0;
  return mayLink(destination.replace(/^<|>$/g, ''), label) ? whole.length : 0;
}

/**
 * Whether a link may lead there: to the web, to a path below the document, or within the document. Its text
 * must not look like another place. A web address must not have a query: one click could send off data that a
 * model was tricked into putting there. Any other link stays as it was written, for all to see.
 * @param label the text of the link; null when it is not known.
 */
export function mayLink(destination: string, label: string | null): boolean {
  if (destination === '' || fragment.test(destination)) return true;
  const shown = label === null ? null : plainLabel(label);
  if (webAddress.test(destination)) {
    if (destination.length > longestHidden || shown === null) return false;
    return !looksLikePlace(shown) || isBeginningOf(shown, destination);
  }
  if (!repositoryPath.test(destination)) return false;
  if (destination.split(/[/#]/).some((part) => /^\.{2,}$/.test(part))) return false;
  if (destination.includes('//')) return false;
  return shown === null || !looksLikeWeb(shown);
}

/** Whether a text looks like an address of the web. */
export function looksLikeWeb(shown: string): boolean {
  if (/:\/\/|^\/\/|\bwww\.|^[a-z][a-z0-9+.-]*:(?!\d)\S/i.test(shown)) return true;
  return !/\s/.test(shown) && domain.test(shown.split(/[/:?#]/, 1)[0] ?? '');
}

/** Whether a text looks like an address of the web, a file, or a line of a file. */
function looksLikePlace(shown: string): boolean {
  if (looksLikeWeb(shown)) return true;
  return !/\s/.test(shown) && /[/\\]|:\d|#L\d/.test(shown);
}

function isBeginningOf(shown: string, address: string): boolean {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/^https?:\/\/|\/$/g, '')
      .replace(/^www\./, '');
  const [one, other] = [bare(shown), bare(address)];
  return other === one || other.startsWith(`${one}/`) || other.startsWith(`${one}#`);
}

/** A text without the marks of Markdown for emphasis and code. */
function plainLabel(label: string): string {
  return label.replaceAll(/[`*_~\\]/g, '').trim();
}

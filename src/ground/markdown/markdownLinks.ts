/** Longer addresses are shown, not hidden behind a text: they have room for what was not meant to be sent. */
const longestHidden = 256;

/** `http` and `https` only, without a user name, a query, or characters that Markdown or HTML read otherwise. */
const webAddress = /^https?:\/\/([a-z0-9.-]+(?::\d{1,5})?)(?:[/#][\w\-.~:/@!$'*+,;=%#]*)?$/i;
/** Relative, downwards, and with nothing that a reader may decode to something else. */
const repositoryPath =
  /^(?:\.\/)?[\p{L}\p{N}_.@][\p{L}\p{N}_\-.~@+/]*(?:%20[\p{L}\p{N}_\-.~@+/]*)*(?:#[\w-]*)?$/u;
const fragment = /^#[\p{L}\p{N}_\-.]*$/u;

/** The whole of `(destination "title")`, if it is of the plain kind. */
const plainResource = /^\(([^\s()<>"'`\\]*|<[^\s()<>"'`\\]*>)(?: "([^"`<>\\]*)")?\)/;

const commonDomains =
  'com|org|net|io|dev|ai|app|co|gov|edu|info|me|us|uk|de|fr|ch|at|eu|cn|ru|jp|in|xyz|sh|so|tv|to|cc|site|online';
const domain = new RegExp(`^(?:[\\w-]+\\.)+(?:${commonDomains})$`, 'i');

/** How long the resource of a link is that may stay one, from its `(` on; 0 when it may not. */
export function linkLength(text: string, label: string | null): number {
  const match = plainResource.exec(text);
  if (!match) return 0;
  const [whole, destination = '', title = ''] = match;
  if (/:\/\/|^\/\//.test(title)) return 0;
  return mayLink(destination.replace(/^<|>$/g, ''), label) ? whole.length : 0;
}

/**
 * Whether a link may lead there: to the web, to what is below the document, or within it. What is shown must
 * not look like another place, and a web address must have no query: that could carry off what a model was
 * made to put there, with one click. Any other stays as it was written, for all to see.
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

/** The same, or like a file or a line of one. */
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

/** A text without what Markdown makes it stand out with. */
function plainLabel(label: string): string {
  return label.replaceAll(/[`*_~\\]/g, '').trim();
}

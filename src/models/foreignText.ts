/** Longest text of a server that goes into a message of ours. */
const maxLength = 400;

/**
 * Makes text that a server sent fit to be shown in a message: one line, no control characters, not too
 * long, and without the API key, which some servers repeat.
 */
export function foreignText(text: string, apiKey: string | null): string {
  const line = withoutKey(text, apiKey)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength)}…`;
}

/** Replaces the key, as it is and as it looks in a URL or in base64. */
function withoutKey(text: string, apiKey: string | null): string {
  if (apiKey === null) return text;
  const forms = [apiKey, encodeURIComponent(apiKey), Buffer.from(apiKey).toString('base64')];
  return forms.reduce((rest, form) => rest.replaceAll(form, '[API key]'), text);
}

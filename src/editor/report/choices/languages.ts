/** Languages that are offered for a report, as they call themselves. Any other can be typed. */
const offered = [
  'en',
  'de',
  'es',
  'fr',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt-BR',
  'tr',
  'uk',
  'zh-CN',
];

/** Names of languages, that of the editor first. @param ui the editor's language, for example `de`. */
export function reportLanguages(ui: string): readonly string[] {
  const own = nameOf(ui);
  return [...new Set([own, ...offered.map(nameOf)])];
}

function nameOf(code: string): string {
  try {
    const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
  } catch {
    return code;
  }
}

interface Language {
  /** Of its files, without a dot, the usual one first. */
  readonly extensions: readonly string[];
  /** Other names that people use, in lower case. */
  readonly names?: readonly string[];
}

/** Languages whose files are not called as editors call the language, by the editors' names. */
const languages: Readonly<Record<string, Language>> = {
  cpp: { extensions: ['cpp'], names: ['c++'] },
  csharp: { extensions: ['cs'], names: ['c#'] },
  dot: { extensions: ['dot'], names: ['graphviz'] },
  go: { extensions: ['go'], names: ['golang'] },
  javascript: { extensions: ['js', 'mjs'] },
  javascriptreact: { extensions: ['jsx'] },
  kotlin: { extensions: ['kt'] },
  markdown: { extensions: ['md'] },
  mermaid: { extensions: ['mmd'] },
  plaintext: { extensions: ['txt'], names: ['text'] },
  powershell: { extensions: ['ps1'] },
  python: { extensions: ['py'] },
  ruby: { extensions: ['rb'] },
  rust: { extensions: ['rs'] },
  shellscript: { extensions: ['sh'], names: ['bash', 'shell'] },
  typescript: { extensions: ['ts'] },
  typescriptreact: { extensions: ['tsx'] },
  yaml: { extensions: ['yml'] },
};

/** The editors' name for a language that goes by this name or extension, in lower case; null when it is not known. */
export function languageNamed(word: string): string | null {
  const known = Object.entries(languages).find(
    ([name, { extensions, names }]) =>
      name === word || extensions.includes(word) || names?.includes(word),
  );
  return known?.[0] ?? null;
}

/** The usual extension of a language's files, by any of its names in lower case; null when it is not known. */
export function extensionOf(name: string): string | null {
  const known = Object.entries(languages).find(
    ([key, { names }]) => key === name || names?.includes(name),
  );
  return known?.[1].extensions[0] ?? null;
}

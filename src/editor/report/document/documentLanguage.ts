/**
 * The editor's language for a document.
 * @param named as the code of a run named it; null when it did not.
 * @param extension of the file's name, with its dot.
 * @param known the editor's languages.
 */
export function languageFor(
  named: string | null,
  extension: string,
  known: readonly string[],
): string {
  const words = [named?.trim().toLowerCase() ?? '', extension.slice(1).toLowerCase()];
  const wanted = words.flatMap((word) => [word, aliases[word] ?? '']);
  return wanted.find((word) => word !== '' && known.includes(word)) ?? 'plaintext';
}

/** Names and endings that people use, and the editor's name for them. */
const aliases: Readonly<Record<string, string>> = {
  md: 'markdown',
  txt: 'plaintext',
  text: 'plaintext',
  py: 'python',
  ts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  mjs: 'javascript',
  jsx: 'javascriptreact',
  rs: 'rust',
  rb: 'ruby',
  cs: 'csharp',
  'c#': 'csharp',
  'c++': 'cpp',
  kt: 'kotlin',
  sh: 'shellscript',
  bash: 'shellscript',
  shell: 'shellscript',
  ps1: 'powershell',
  yml: 'yaml',
  golang: 'go',
};

/**
 * 20 MiB. VS Code treats larger files as data and does not tokenize them (`LargeFileOptimizations`, 20 MB in
 * textModel.ts). The largest sources that people write or ship are smaller (SQLite's amalgamation has 9 MB), and a file
 * of this size is read and decoded in well under 0.1 s.
 */
export const defaultMaxFileSize = 20 * 1024 * 1024;

/** A limit on the size of files, for people and models: `20 MB`, `0.5 MB`. @param bytes the limit. */
export function fileSizeText(bytes: number): string {
  return `${Number((bytes / 1024 ** 2).toFixed(3))} MB`;
}

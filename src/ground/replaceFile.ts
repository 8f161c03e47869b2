import { rename, writeFile } from 'node:fs/promises';

/**
 * Replaces a small file in one step, so that readers never see half of it. For the user only.
 * @throws when it can't be written.
 */
export async function replaceFile(
  path: string,
  text: string,
  encoding: BufferEncoding = 'utf8',
): Promise<void> {
  await writeFile(`${path}.new`, text, { encoding, mode: 0o600 });
  await rename(`${path}.new`, path);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from './folders';

/** The code of every fence in one of Fathom's prompts, in order. */
export async function promptFences(name: string): Promise<readonly string[]> {
  const text = await readFile(join(projectFolder, 'prompts', `${name}.md`), 'utf8');
  return [...text.matchAll(/^```repl\n([\s\S]*?)\n```$/gm)].map((match) => match[1] ?? '');
}

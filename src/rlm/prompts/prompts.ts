import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../ground/fileFailure';
import { readRegularFile } from '../../ground/readRegularFile';

/** Every prompt that a model can be sent; each is a file `<name>.md` in the prompts folder. */
const promptNames = [
  'system',
  'functions-repository',
  'functions-editor',
  'functions-value',
  'functions-common',
  'examples-repository',
  'examples-value',
  'child',
  'subcall',
  'recursion',
  'no-recursion',
  'question',
  'report-wanted',
  'follow-up',
  'context-repository',
  'context-value',
  'context-parts',
  'context-lazy',
  'models',
  'first-turn',
  'follow-up-turn',
  'turn',
  'output',
  'no-code',
  'cut-off',
  'held-back',
  'unverified',
  'answer-rules',
  'direct-system',
  'direct',
  'not-run',
  'kernel-lost',
  'last-answer',
  'compaction',
  'compacted',
  'steps-taken',
  'reply-cut',
  'reply-filtered',
  'incomplete',
  'nudge-decompose',
  'nudge-repeat',
] as const;

export type PromptName = (typeof promptNames)[number];

/** A prompt is missing, or a replacement replaces none or asks for what there is not. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
}

/** The prompts of a run, with their placeholders `{{name}}` unfilled. */
export class Prompts {
  readonly #templates: ReadonlyMap<string, string>;

  constructor(templates: ReadonlyMap<string, string>) {
    this.#templates = templates;
  }

  /**
   * A prompt with its placeholders filled; lines whose placeholders are all "" are left out. Values are
   * inserted as they are, so that text of a repository which looks like a placeholder stays text.
   * @throws {PromptError} when the template names a placeholder that has no value.
   */
  fill(name: PromptName, values: Readonly<Record<string, string | number>> = {}): string {
    const template = this.#templates.get(name);
    if (template === undefined) throw new PromptError(`There is no prompt "${name}".`);
    return withoutEmptyLines(template, values).replace(placeholders, (_, placeholder: string) => {
      const value = values[placeholder];
      if (value === undefined) {
        throw new PromptError(
          `The prompt "${name}.md" uses {{${placeholder}}}, which it is not given. ` +
            `It may use: ${Object.keys(values).join(', ') || 'no placeholder'}.`,
        );
      }
      return String(value);
    });
  }
}

const placeholders = /\{\{(\w+)\}\}/g;

function withoutEmptyLines(
  template: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const lines = template.split('\n');
  const kept = lines.filter((line) => {
    const names = [...line.matchAll(placeholders)].map((match) => match[1] ?? '');
    return names.length === 0 || names.some((name) => values[name] !== '');
  });
  if (kept.length === lines.length) return template;
  return kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * Reads the prompts. Files of later folders replace those of earlier ones, one by one; they can use the
 * placeholders that those use.
 * @throws {PromptError} when a folder can't be read, has a file that replaces none, or one that uses
 * another placeholder, and when a prompt is missing.
 */
export async function loadPrompts(folders: readonly string[]): Promise<Prompts> {
  const templates = new Map<string, string>();
  for (const [position, folder] of folders.entries()) {
    for (const [name, text] of await readFolder(folder)) {
      if (position > 0 && !templates.has(name)) {
        throw new PromptError(
          `${join(folder, `${name}.md`)} replaces no prompt. Prompts are: ${promptNames.join(', ')}.`,
        );
      }
      const replaced = templates.get(name);
      if (replaced !== undefined) checkPlaceholders(join(folder, `${name}.md`), text, replaced);
      templates.set(name, text);
    }
  }
  const missing = promptNames.find((name) => !templates.has(name));
  if (missing) throw new PromptError(`The prompt "${missing}.md" is missing; reinstall Fathom.`);
  return new Prompts(templates);
}

function checkPlaceholders(file: string, text: string, replaced: string): void {
  const known = placeholdersOf(replaced);
  const unknown = placeholdersOf(text).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new PromptError(
    `${file} uses {{${unknown}}}, which it is not given. ` +
      `It may use: ${known.map((name) => `{{${name}}}`).join(', ') || 'no placeholder'}.`,
  );
}

function placeholdersOf(template: string): string[] {
  return [...new Set([...template.matchAll(placeholders)].map((match) => match[1] ?? ''))];
}

async function readFolder(folder: string): Promise<(readonly [string, string])[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.md'));
    return await Promise.all(
      files.map(async ({ name }) => {
        const text = (await readRegularFile(join(folder, name), 'followed')).toString('utf8');
        return [name.slice(0, -'.md'.length), text.replace(/\n+$/, '')] as const;
      }),
    );
  } catch (error) {
    const reason = messageOf(error);
    throw new PromptError(`The prompts folder ${folder} can't be read: ${reason}`, {
      cause: error,
    });
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../ground/fileFailure';
import { readRegularFile } from '../../ground/regularFile';
import { PromptError } from '../prompts/prompts';

/** A kind of report, from `reports/<name>.md` of a folder of prompts. */
export interface ReportTemplate {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** One line for people; may be "". */
  readonly description: string;
  /** The default question; with placeholders. */
  readonly question: string;
  /** The instructions for the model; with placeholders. */
  readonly task: string;
}

/** Two revisions of a Git repository. */
export interface Revisions {
  readonly from: string;
  readonly to: string;
}

/**
 * Reads the templates. Those of later folders replace earlier ones of the same name, or add to them. Fathom's own come
 * first, in the order below, then others by name.
 * @throws {PromptError} when a template can't be read, has no title or question, or has an unknown placeholder.
 */
export async function loadReportTemplates(
  folders: readonly string[],
): Promise<readonly ReportTemplate[]> {
  const templates = new Map<string, ReportTemplate>();
  for (const folder of folders) {
    for (const template of await readFolder(join(folder, 'reports'))) {
      templates.set(template.name, template);
    }
  }
  const rank = ({ name }: ReportTemplate) => (order.indexOf(name) + order.length) % order.length;
  return [...templates.values()].sort(
    (one, other) =>
      Number(!order.includes(one.name)) - Number(!order.includes(other.name)) ||
      rank(one) - rank(other) ||
      (one.name < other.name ? -1 : 1),
  );
}

/** The template of that name. @throws {PromptError} that lists the names, if there is none. */
export function findReportTemplate(
  templates: readonly ReportTemplate[],
  name: string,
): ReportTemplate {
  const found = templates.find((template) => template.name === name);
  if (found) return found;
  const names = templates.map((template) => template.name).join(', ');
  throw new PromptError(`There is no report template "${name}". Templates are: ${names}.`);
}

/** Whether a template is about two revisions. */
export function needsRevisions({ question, task }: ReportTemplate): boolean {
  return placeholdersIn(question + task).length > 0;
}

/** A text of a template with the revisions filled in. */
export function withRevisions(text: string, revisions: Revisions | null): string {
  return text.replace(placeholder, (whole, name: string) =>
    name === 'from' || name === 'to' ? (revisions?.[name] ?? whole) : whole,
  );
}

const order: readonly string[] = [
  'architecture-overview',
  'api-reference',
  'onboarding-guide',
  'security-review',
  'test-gaps',
  'change-log',
  'glossary',
];

const placeholder = /\{\{(\w+)\}\}/g;

function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? '');
}

/** A folder of prompts need not have templates. */
async function readFolder(folder: string): Promise<readonly ReportTemplate[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    const reason = messageOf(error);
    throw new PromptError(`The folder ${folder} can't be read: ${reason}`, { cause: error });
  });
  return Promise.all(
    names
      .filter((name) => name.endsWith('.md'))
      .map(async (name) => {
        const path = join(folder, name);
        const text = await readRegularFile(path).catch((error: unknown) => {
          const reason = messageOf(error);
          throw new PromptError(`The template ${path} can't be read: ${reason}`, { cause: error });
        });
        return parse(name.slice(0, -'.md'.length), path, text.toString('utf8'));
      }),
  );
}

function parse(name: string, path: string, text: string): ReportTemplate {
  const [, head, task] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined || task === undefined) {
    throw new PromptError(
      `${path} is not a report template: it must begin with "---", lines "title: ..." and "question: ...", and "---".`,
    );
  }
  const field = (key: string) => new RegExp(`^${key}:(.*)$`, 'm').exec(head)?.[1]?.trim() ?? '';
  const template = {
    name,
    title: field('title'),
    description: field('description'),
    question: field('question'),
    task: task.trim(),
  };
  for (const key of ['title', 'question'] as const) {
    if (template[key] === '') {
      throw new PromptError(`The report template ${path} has no "${key}: ..." between the "---".`);
    }
  }
  const unknown = placeholdersIn(text).find((found) => found !== 'from' && found !== 'to');
  if (unknown !== undefined) {
    throw new PromptError(
      `${path} uses {{${unknown}}}, which it is not given. It may use: {{from}}, {{to}}.`,
    );
  }
  return template;
}

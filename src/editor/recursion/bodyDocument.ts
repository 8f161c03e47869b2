import { Uri } from 'vscode';
import { harmless } from '../../ground/drawable';
import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import type { BodyPart, NodeId, RunId } from '../../trajectory/events';

/** The scheme of read-only documents with a text of a run. */
export const bodyScheme = 'fathom-run';

/** One text of a node of a run, or of several nodes. */
export interface BodyPlace {
  readonly run: RunId;
  /** At least one. */
  readonly nodes: readonly NodeId[];
  readonly part: BodyPart;
}

const extensions: Readonly<Record<BodyPart, string>> = {
  question: 'md',
  prompt: 'md',
  response: 'md',
  answer: 'md',
  code: 'py',
  output: 'txt',
  coverage: 'json',
  thinking: 'md',
};

/** The document of a text. Its file name says what it is, and its language. */
export function bodyUri({ run, nodes, part }: BodyPlace): Uri {
  const name = `${part[0]?.toUpperCase()}${part.slice(1)} ${nodes[0]}.${extensions[part]}`;
  return Uri.from({
    scheme: bodyScheme,
    path: `/${name}`,
    query: JSON.stringify([run, nodes, part]),
  });
}

/** Which text a document has; null for a uri that `bodyUri` did not make. */
export function bodyPlace({ query }: Uri): BodyPlace | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(query);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed)) return null;
  const [run, nodes, part]: readonly unknown[] = parsed;
  if (typeof run !== 'string' || !isNodes(nodes) || !isPart(part)) return null;
  return { run: run as RunId, nodes, part };
}

/** Makes a text of a run safe to open, copy and save: the editor's preview renders Markdown. */
export function safeBody(part: BodyPart, text: string): string {
  return extensions[part] === 'md' ? safeMarkdown(text) : harmless(text);
}

/** Joins the texts of several nodes. */
export function joinBodies(texts: readonly string[]): string {
  return texts
    .map((text, index) => (index < texts.length - 1 ? text.trimEnd() : text))
    .join('\n\n');
}

function isNodes(value: unknown): value is readonly NodeId[] {
  return Array.isArray(value) && value.every((node) => typeof node === 'string');
}

function isPart(value: unknown): value is BodyPart {
  return typeof value === 'string' && Object.hasOwn(extensions, value);
}

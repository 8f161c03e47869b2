import { Uri } from 'vscode';
import type { BodyPart, NodeId, RunId } from '../../trajectory/events';

/** The scheme of read-only documents with one text of a run. */
export const bodyScheme = 'fathom-run';

/** One text of one node of a run. */
export interface BodyPlace {
  readonly run: RunId;
  readonly node: NodeId;
  readonly part: BodyPart;
}

const extensions: Readonly<Record<string, string>> = {
  question: 'md',
  prompt: 'md',
  response: 'md',
  answer: 'md',
  code: 'py',
  output: 'txt',
  coverage: 'json',
};

/** The document of a text. Its file name says what it is and in which language. */
export function bodyUri({ run, node, part }: BodyPlace): Uri {
  const name = `${part[0]?.toUpperCase()}${part.slice(1)} ${node}.${extensions[part] ?? 'txt'}`;
  return Uri.from({
    scheme: bodyScheme,
    path: `/${name}`,
    query: JSON.stringify([run, node, part]),
  });
}

/** Which text a document holds; null for one that `bodyUri` did not make. */
export function bodyPlace({ query }: Uri): BodyPlace | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(query);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed)) return null;
  const [run, node, part]: readonly unknown[] = parsed;
  if (typeof run !== 'string' || typeof node !== 'string' || !isPart(part)) return null;
  return { run: run as RunId, node: node as NodeId, part };
}

function isPart(value: unknown): value is BodyPart {
  return typeof value === 'string' && Object.hasOwn(extensions, value);
}

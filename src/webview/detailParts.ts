import type { BodyPart, NodeId } from '../trajectory/events';
import type { Entry } from './runModel';

/** Where a text of the detail is in the log. */
interface BodySource {
  readonly node: NodeId;
  readonly part: BodyPart;
}

/** A tab of the detail. It has several texts for a turn with several cells. */
export interface DetailPart {
  readonly name: string;
  readonly language: 'python' | 'markdown' | 'plain';
  readonly sources: readonly BodySource[];
}

const names: readonly {
  readonly part: BodyPart;
  readonly name: string;
  readonly language: DetailPart['language'];
}[] = [
  { part: 'answer', name: 'Answer', language: 'markdown' },
  { part: 'code', name: 'Code', language: 'python' },
  { part: 'output', name: 'Output', language: 'plain' },
  { part: 'response', name: 'Response', language: 'markdown' },
  { part: 'thinking', name: 'Thinking', language: 'markdown' },
  { part: 'prompt', name: 'Prompt', language: 'markdown' },
  { part: 'question', name: 'Question', language: 'markdown' },
];

/** The tabs of a node's detail. A turn has the texts of its model call and its cells; a run has its answer. */
export function detailParts(entry: Entry): readonly DetailPart[] {
  const owners = [entry, ...ownedBy(entry)];
  return names.flatMap(({ part, name, language }) => {
    const sources = owners.flatMap(({ node }) =>
      node.parts?.includes(part) ? [{ node: node.id, part }] : [],
    );
    return sources.length > 0 ? [{ name, language, sources }] : [];
  });
}

function ownedBy({ node, children }: Entry): readonly Entry[] {
  if (node.kind === 'iteration') {
    return children.filter(
      (child) => child.node.kind === 'model-call' || child.node.kind === 'cell',
    );
  }
  return node.kind === 'run' ? children.filter((child) => child.node.kind === 'answer') : [];
}

import { type BodyPart, bodyParts, nodeKinds, nodeStatuses } from './events';
import type { PackedNode, ViewNode } from './viewProtocol';

const estimatedFlag = 1;
const costUnknownFlag = 2;

/** @param base in ms since the Unix epoch */
export function packNode(node: ViewNode, base: number): PackedNode {
  const { id, parent, kind, summary, status, started, ended, workingSince } = node;
  const {
    tokens = 0,
    estimated,
    costUsd = 0,
    costUnknown,
    calls = 0,
    parts = [],
    ...others
  } = node;
  const { reason, tail, total, below, belowRunning, belowOk, belowFailed, ownTokens, running } =
    others;
  const rest = {
    ...(reason === undefined ? {} : { reason }),
    ...(tail === undefined ? {} : { tail }),
    ...(total === undefined ? {} : { total }),
    ...(below === undefined ? {} : { below }),
    ...(belowRunning === undefined ? {} : { belowRunning }),
    ...(belowOk === undefined ? {} : { belowOk }),
    ...(belowFailed === undefined ? {} : { belowFailed }),
    ...(ownTokens === undefined ? {} : { ownTokens }),
    ...(running === undefined ? {} : { running }),
  };
  const few = Object.keys(rest).length > 0 ? ([rest] as const) : ([] as const);
  return [
    id,
    parent,
    nodeKinds.indexOf(kind),
    nodeStatuses.indexOf(status),
    summary,
    started - base,
    ended === undefined ? -1 : Math.max(0, ended - started),
    workingSince === undefined ? -1 : Math.max(0, workingSince - started),
    tokens,
    // Drops digits that are never shown.
    Number(costUsd.toPrecision(6)),
    calls,
    (estimated ? estimatedFlag : 0) | (costUnknown ? costUnknownFlag : 0),
    parts.reduce((bits, part) => bits | (1 << bodyParts.indexOf(part)), 0),
    ...few,
  ];
}

/** Reverses `packNode`. @param base of the message that the node came in */
export function unpackNode(packed: PackedNode, base: number): ViewNode {
  const [id, parent, kind, status, summary, started, took, waited, tokens, costUsd, calls] = packed;
  const [flags, parts, rest] = [packed[11], packed[12], packed[13]];
  return {
    id,
    parent,
    kind: nodeKinds[kind] ?? 'host-call',
    summary,
    status: nodeStatuses[status] ?? 'ok',
    started: base + started,
    ...(took < 0 ? {} : { ended: base + started + took }),
    ...(waited < 0 ? {} : { workingSince: base + started + waited }),
    ...(tokens > 0 ? { tokens } : {}),
    ...(costUsd > 0 ? { costUsd } : {}),
    ...(calls > 0 ? { calls } : {}),
    ...(flags & estimatedFlag ? { estimated: true } : {}),
    ...(flags & costUnknownFlag ? { costUnknown: true } : {}),
    ...(parts > 0 ? { parts: partsOf(parts) } : {}),
    ...rest,
  };
}

/** One list for each set of parts: most nodes have the same few. */
function partsOf(bits: number): readonly BodyPart[] {
  return partLists[bits] ?? [];
}

const partLists: readonly (readonly BodyPart[])[] = Array.from(
  { length: 1 << bodyParts.length },
  (_, bits) => bodyParts.filter((_part, index) => bits & (1 << index)),
);

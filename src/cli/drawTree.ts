import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { drawable } from '../ground/drawable';
import { clock, dollars, duration, plural, spent, tokenCount } from '../ground/figures';
import { isTurn, type Tree, type TreeNode } from '../trajectory/tree';
import type { Look } from './look';
import { type ProgressRow, treeRows } from './treeRows';

export interface DrawOptions {
  readonly look: Look;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Columns that no line may exceed. */
  readonly width: number;
  /** Lines that the drawing may have. */
  readonly height: number;
  /** Limits of the run, for "turn 2 of 30". */
  readonly maxIterations: number;
  readonly maxCostUsd: number | null;
}

/** On wider terminals the figures would be too far from the words. */
const widest = 100;
const millisecondsPerFrame = 100;
/** Shorter times are not shown, in milliseconds. */
const shortestShown = 50;

/** The tree of a run as lines that fit: the question, its state, and its steps. */
export function drawTree(tree: Tree, options: DrawOptions): readonly string[] {
  const root = tree.root === null ? undefined : tree.nodes.get(tree.root);
  if (!root || !tree.details) return [];
  const { look } = options;
  const width = Math.min(options.width, widest);
  const fits: DrawOptions = { ...options, width };
  const head = [
    `${icon(root, fits)} ${look.bold(cut(drawable(tree.details.question), width - 2, look))}`,
    `  ${look.dim(cut(statusLine(tree, root, fits), width - 2, look))}`,
  ];
  const rows = treeRows(tree, Math.max(1, options.height - head.length));
  const lines = [...head, ...rows.map((row) => drawRow(row, fits))];
  // Very narrow terminals have no room for words.
  return lines.map((line) => (stringWidth(line) > width ? cut(line, width, look) : line));
}

/** Which models, how long, how much. */
function statusLine(tree: Tree, root: TreeNode, options: DrawOptions): string {
  const { model = '', subModel = '' } = tree.details ?? {};
  const { calls, inputTokens, outputTokens, estimated } = root.totals;
  const turns = root.children.filter((id) => isTurn(tree, id)).length;
  const tokens = inputTokens + outputTokens;
  const parts = [
    drawable(model === subModel ? model : `${model} + ${subModel}`),
    clock((root.ended ?? options.now) - root.started),
    turns > 0 && `turn ${turns} of ${options.maxIterations}`,
    calls > 0 && plural(calls, 'call'),
    tokens > 0 && `${estimated ? '~' : ''}${tokenCount(tokens)} tokens`,
    cost(root, options.maxCostUsd),
  ];
  return parts.filter((part) => part).join(options.look.symbols.separator);
}

function cost({ totals }: TreeNode, limit: number | null): string {
  const { costUsd, costUnknown, estimated } = totals;
  if (costUnknown) return costUsd > 0 ? `at least ${dollars(costUsd)}` : 'cost unknown';
  if (costUsd === 0) return '';
  const cost = spent(costUsd, estimated);
  return limit === null ? cost : `${cost} of ${dollars(limit)}`;
}

function drawRow(row: ProgressRow, options: DrawOptions): string {
  const { look, width } = options;
  const indent = '  '.repeat(row.level + 1);
  if (!row.node) {
    const text = `${look.symbols.ellipsis} ${row.text}`;
    return indent + look.dim(cut(text, width - indent.length, look));
  }
  const columns = figures(row.node, options);
  const right = columns.trimEnd();
  const room = width - indent.length - 2 - (right ? columns.length + 1 : 0);
  const text = cut(row.text.replaceAll(' · ', look.symbols.separator), room, look);
  const tailRoom = room - stringWidth(text) - 2;
  const tailEnd = row.node.status === 'running' ? 'start' : 'end';
  const tail = row.tail && tailRoom >= 12 ? cut(row.tail, tailRoom, look, tailEnd) : '';
  const used = stringWidth(text) + (tail ? stringWidth(tail) + 2 : 0);
  const left = `${indent}${icon(row.node, options)} ${paintText(row.node, text, look)}`;
  const middle = tail ? `  ${look.dim(tail)}` : '';
  const gap = right ? ' '.repeat(Math.max(1, room - used + 1)) : '';
  return left + middle + gap + (right ? look.dim(right) : '');
}

function paintText(node: TreeNode, text: string, look: Look): string {
  // A mistake in the model's code is part of the work, not an alarm.
  if (node.status === 'error') return node.kind === 'cell' ? look.dim(text) : look.bad(text);
  return node.kind === 'host-call' && node.status !== 'running' ? look.dim(text) : text;
}

function icon(node: TreeNode, { look, now }: DrawOptions): string {
  const { symbols } = look;
  switch (node.status) {
    case 'running': {
      const frame = Math.floor(now / millisecondsPerFrame) % symbols.spinner.length;
      return look.accent(symbols.spinner[frame] ?? '');
    }
    case 'ok':
      if (node.kind === 'answer') return look.accent(symbols.answer);
      return node.kind === 'run' ? look.good(symbols.ended.ok) : look.dim(symbols.ended.ok);
    case 'error':
      return node.kind === 'cell' ? look.dim(symbols.ended.error) : look.bad(symbols.ended.error);
    case 'stopped':
    case 'cancelled':
      return look.warning(symbols.ended[node.status]);
  }
}

/** Time, tokens and cost in columns, right-aligned; empty where they don't matter. */
function figures(node: TreeNode, { now }: DrawOptions): string {
  const { inputTokens, outputTokens, costUsd, costUnknown, estimated } = node.totals;
  const tokens = inputTokens + outputTokens;
  const time = (node.ended ?? now) - node.started;
  const known = spent(costUsd, estimated);
  const money = costUnknown ? (costUsd > 0 ? `>${dollars(costUsd)}` : '–') : known;
  return [
    (time >= shortestShown ? duration(time) : '').padStart(6),
    (tokens > 0 ? tokenCount(tokens) : '').padStart(6),
    (costUsd > 0 || (costUnknown && tokens > 0) ? money : '').padStart(8),
  ].join('');
}

function cut(text: string, room: number, look: Look, position: 'start' | 'end' = 'end'): string {
  if (room <= 0) return '';
  const options = { position, truncationCharacter: look.symbols.ellipsis };
  const result = cliTruncate(text, room, options);
  // cli-truncate returns one column too many when a wide character lies across the end.
  return stringWidth(result) > room ? cliTruncate(text, room - 1, options) : result;
}

import picocolors from 'picocolors';
import type { NodeStatus } from '../trajectory/events';
import type { AskIo, TextOutput } from './askIo';

type Paint = (text: string) => string;

/** The colours and symbols of one output. */
export interface Look {
  readonly bold: Paint;
  readonly dim: Paint;
  /** The accent colour, for what is running. */
  readonly accent: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
  readonly symbols: Symbols;
}

interface Symbols {
  /** Frames of the animation. */
  readonly spinner: readonly string[];
  readonly ended: Readonly<Record<Exclude<NodeStatus, 'running'>, string>>;
  readonly answer: string;
  readonly separator: string;
  readonly ellipsis: string;
}

const unicode: Symbols = {
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  ended: { ok: '✓', error: '✗', stopped: '■', cancelled: '■' },
  answer: '★',
  separator: ' · ',
  ellipsis: '…',
};

const ascii: Symbols = {
  spinner: ['|', '/', '-', '\\'],
  ended: { ok: '+', error: 'x', stopped: '#', cancelled: '#' },
  answer: '*',
  separator: ' - ',
  ellipsis: '...',
};

/** The look of an output. Colour only on a terminal that wants it (no-color.org). */
export function lookOf(output: TextOutput, { env, platform }: AskIo): Look {
  const colour = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const paint = picocolors.createColors(colour);
  return {
    bold: paint.bold,
    dim: paint.dim,
    accent: paint.cyan,
    good: paint.green,
    warning: paint.yellow,
    bad: paint.red,
    symbols: hasUnicode(env, platform) ? unicode : ascii,
  };
}

/** The Linux console and the old Windows console lack most symbols. */
function hasUnicode(env: AskIo['env'], platform: NodeJS.Platform): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask);
}

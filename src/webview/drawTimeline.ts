import type { NodeId } from '../trajectory/events';
import type { Bar, Timeline } from './timelineLayout';

/** The visible part of the timeline, in pixels and ms. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly x: (time: number) => number;
  readonly ticks: readonly { readonly time: number; readonly text: string }[];
  readonly scrollTop: number;
}

/** Colours of the theme, as CSS. */
export interface TimelinePaint {
  readonly text: string;
  readonly line: string;
  readonly focus: string;
  readonly background: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly font: string;
}

export const laneHeight = 20;
export const axisHeight = 22;
const barHeight = 14;

/** Draws what is in view. Bars narrower than a pixel are drawn once per pixel. */
export function drawTimeline(
  canvas: CanvasRenderingContext2D,
  timeline: Timeline,
  view: Viewport,
  paint: TimelinePaint,
  selected: NodeId | null,
): void {
  const { width, height } = view;
  canvas.clearRect(0, 0, width, height);
  canvas.font = paint.font;
  canvas.textBaseline = 'middle';
  for (const { time, text } of view.ticks) {
    const x = Math.round(view.x(time)) + 0.5;
    canvas.strokeStyle = paint.line;
    canvas.globalAlpha = 0.5;
    canvas.beginPath();
    canvas.moveTo(x, axisHeight - 4);
    canvas.lineTo(x, height);
    canvas.stroke();
    canvas.globalAlpha = 1;
    canvas.fillStyle = paint.text;
    // Half a number would be wrong.
    if (x + 3 + canvas.measureText(text).width <= width) {
      canvas.fillText(text, x + 3, axisHeight / 2);
    }
  }
  canvas.save();
  canvas.beginPath();
  canvas.rect(0, axisHeight, width, height - axisHeight);
  canvas.clip();
  /** The last painted pixel of each lane. */
  const taken: number[] = [];
  for (const bar of timeline.bars) drawBar(canvas, bar, view, paint, taken, selected);
  canvas.restore();
}

function drawBar(
  canvas: CanvasRenderingContext2D,
  bar: Bar,
  view: Viewport,
  paint: TimelinePaint,
  taken: number[],
  selected: NodeId | null,
): void {
  const { node } = bar.entry;
  const top = axisHeight + bar.lane * laneHeight + (laneHeight - barHeight) / 2 - view.scrollTop;
  if (top + barHeight < axisHeight || top > view.height) return;
  const left = view.x(bar.start);
  const right = Math.max(view.x(bar.end), left + 1);
  if (right < 0 || left > view.width) return;
  const isSelected = node.id === selected;
  if (!isSelected && right <= (taken[bar.lane] ?? -1)) return;
  taken[bar.lane] = Math.ceil(right);
  const working = Math.max(left, Math.min(right, view.x(bar.working)));
  const colour = paint.kinds[node.kind] ?? paint.text;
  canvas.fillStyle = colour;
  // A gap to the next bar, if there is room.
  const gap = right - left > 4 ? 1 : 0;
  canvas.globalAlpha = node.status === 'error' || node.status === 'cancelled' ? 0.45 : 1;
  canvas.fillRect(working, top, Math.max(0, right - working - gap), barHeight);
  canvas.globalAlpha = 1;
  if (working - left >= 2) hatch(canvas, left, top, working - left, colour);
  if (node.status === 'error') {
    canvas.fillStyle = paint.kinds['error'] ?? paint.text;
    canvas.fillRect(left, top + barHeight - 2, right - left - gap, 2);
  }
  if (isSelected) {
    canvas.strokeStyle = paint.focus;
    canvas.lineWidth = 2;
    canvas.strokeRect(left - 1, top - 1, right - left + 1, barHeight + 2);
    canvas.lineWidth = 1;
  }
}

function hatch(
  canvas: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  colour: string,
): void {
  canvas.save();
  canvas.beginPath();
  canvas.rect(left, top, width, barHeight);
  canvas.clip();
  canvas.strokeStyle = colour;
  canvas.globalAlpha = 0.7;
  canvas.strokeRect(left + 0.5, top + 0.5, width - 1, barHeight - 1);
  canvas.beginPath();
  // Only within the page: a wait may reach far out of view.
  const from = Math.max(left - barHeight, -barHeight);
  const to = Math.min(left + width, from + 8_000);
  for (let x = from - (from % 5); x < to; x += 5) {
    canvas.moveTo(x, top + barHeight);
    canvas.lineTo(x + barHeight, top);
  }
  canvas.stroke();
  canvas.restore();
}

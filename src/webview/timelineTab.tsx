import { useSignal } from '@preact/signals';
import { scaleLinear } from 'd3-scale';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { duration } from '../trajectory/figures';
import { axisHeight, drawTimeline, laneHeight, type TimelinePaint } from './drawTimeline';
import { IconButton } from './iconButton';
import { rowFigures, rowLabel, rowText } from './rowText';
import { type Bar, barAt, layOut } from './timelineLayout';
import type { ViewState } from './viewState';

const legend: readonly (readonly [string, string])[] = [
  ['model-call', 'root model'],
  ['subcall', 'sub-call'],
  ['cell', 'code'],
  ['host-call', 'search'],
];

/** The run over time: what ran at once, what waited for a slot. */
export function TimelineTab({ state }: { state: ViewState }) {
  state.frame.value;
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 300, height: 200 });
  /** What part of the time is in view, from 0 to 1. */
  const window_ = useSignal({ from: 0, to: 1 });
  const scrollTop = useSignal(0);
  const hovered = useSignal<{ bar: Bar; x: number; y: number } | null>(null);
  const dragging = useRef<{ x: number; y: number; from: number; to: number; top: number } | null>(
    null,
  );

  const timeline = layOut(state.model, state.now.value);
  const total = Math.max(1, timeline.end - timeline.start);
  const { width, height } = size.value;
  const { from, to } = window_.value;
  const scale = scaleLinear()
    .domain([timeline.start + from * total, timeline.start + to * total])
    .range([0, width]);
  const ticks = scaleLinear()
    .domain([from * total, to * total])
    .ticks(Math.max(2, Math.floor(width / 90)))
    .map((ms) => ({ time: timeline.start + ms, text: ms === 0 ? '0' : duration(ms) }));
  const most = Math.max(0, axisHeight + timeline.lanes * laneHeight - height);

  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio;
    if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
    if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const view = { width, height, x: scale, ticks, scrollTop: Math.min(scrollTop.value, most) };
    drawTimeline(context, timeline, view, paintOf(element), state.selected.value);
  });

  const look = (nextFrom: number, nextTo: number) => {
    const span = Math.min(1, Math.max(10 / total, nextTo - nextFrom));
    const start = Math.min(1 - span, Math.max(0, nextFrom));
    window_.value = { from: start, to: start + span };
  };
  const zoom = (factor: number, at = 0.5) => {
    const span = (to - from) * factor;
    const middle = from + (to - from) * at;
    look(middle - span * at, middle + span * (1 - at));
  };
  const barUnder = (event: MouseEvent): Bar | null => {
    const lane = Math.floor(
      (event.offsetY - axisHeight + Math.min(scrollTop.value, most)) / laneHeight,
    );
    return event.offsetY < axisHeight ? null : barAt(timeline, lane, scale.invert(event.offsetX));
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY / 300), event.offsetX / width);
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const shift = (event.deltaX / width) * (to - from);
      look(from + shift, to + shift);
    } else scrollTop.value = Math.min(most, Math.max(0, scrollTop.value + event.deltaY));
  };
  const step = (by: number) => {
    const bars = timeline.bars;
    const at = bars.findIndex(({ entry }) => entry.node.id === state.selected.value);
    const bar = bars[at < 0 ? 0 : Math.min(bars.length - 1, Math.max(0, at + by))];
    if (!bar) return;
    state.select(bar.entry.node.id);
    const top = bar.lane * laneHeight;
    if (top < scrollTop.value) scrollTop.value = top;
    if (top > scrollTop.value + height - axisHeight - laneHeight) {
      scrollTop.value = Math.min(most, top - height + axisHeight + laneHeight);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const pan = (to - from) / 4;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => (event.shiftKey ? look(from - pan, to - pan) : step(-1)),
      ArrowRight: () => (event.shiftKey ? look(from + pan, to + pan) : step(1)),
      ArrowUp: () => step(-1),
      ArrowDown: () => step(1),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      '0': () => look(0, 1),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const selected = state.selectedEntry;
  const label = selected
    ? rowLabel(selected, state.now.value)
    : `${timeline.bars.length} steps in ${timeline.lanes} lanes`;
  return (
    <div class="timeline">
      <div class="timeline-tools">
        <ul class="legend">
          {legend.map(([kind, name]) => (
            <li key={kind}>
              <span class={`swatch kind-${kind}`} />
              {name}
            </li>
          ))}
          <li>
            <span class="swatch is-waiting" />
            waiting
          </li>
        </ul>
        <IconButton icon="zoom-in" label="Zoom in" onClick={() => zoom(0.5)} />
        <IconButton icon="zoom-out" label="Zoom out" onClick={() => zoom(2)} />
        <IconButton icon="screen-full" label="Show all" onClick={() => look(0, 1)} />
      </div>
      <div class="timeline-area" ref={holder}>
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it handles keys itself. */}
        <canvas
          ref={canvas}
          role="application"
          aria-roledescription="timeline"
          aria-label={`Timeline from ${duration(from * total)} to ${duration(to * total)}. Arrow keys choose a step, plus and minus zoom, Shift and arrows move, 0 shows all. ${label}`}
          tabIndex={0}
          style={{ width: `${width}px`, height: `${height}px` }}
          onWheel={onWheel}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            dragging.current = {
              x: event.offsetX,
              y: event.offsetY,
              from,
              to,
              top: scrollTop.value,
            };
          }}
          onPointerMove={(event) => {
            const drag = dragging.current;
            if (drag) {
              const shift = ((drag.x - event.offsetX) / width) * (drag.to - drag.from);
              look(drag.from + shift, drag.to + shift);
              scrollTop.value = Math.min(most, Math.max(0, drag.top + drag.y - event.offsetY));
              return;
            }
            const bar = barUnder(event);
            hovered.value = bar && { bar, x: event.offsetX, y: event.offsetY };
          }}
          onPointerUp={(event) => {
            const drag = dragging.current;
            dragging.current = null;
            if (!drag || Math.hypot(event.offsetX - drag.x, event.offsetY - drag.y) > 4) return;
            const bar = barUnder(event);
            if (bar) state.select(bar.entry.node.id);
          }}
          onPointerLeave={() => {
            hovered.value = null;
          }}
        />
        {hovered.value ? <Hover {...hovered.value} width={width} now={state.now.value} /> : null}
        <p class="visually-hidden" aria-live="polite">
          {selected ? label : ''}
        </p>
      </div>
    </div>
  );
}

function Hover({
  bar,
  x,
  y,
  width,
  now,
}: {
  bar: Bar;
  x: number;
  y: number;
  width: number;
  now: number;
}) {
  const { time, tokens, cost } = rowFigures(bar.entry.node, now);
  const waited = bar.working - bar.start;
  const figures = [
    time,
    waited >= 50 ? `${duration(waited)} waiting` : '',
    tokens && `${tokens} tokens`,
    cost,
  ];
  const side = x > width / 2 ? { right: `${width - x + 8}px` } : { left: `${x + 8}px` };
  return (
    <div class="hover" style={{ top: `${y + 12}px`, ...side }}>
      <div class="hover-title">{rowText(bar.entry).summary}</div>
      <div>{figures.filter(Boolean).join(' · ')}</div>
    </div>
  );
}

function paintOf(element: Element): TimelinePaint {
  const style = getComputedStyle(element);
  const value = (name: string, otherwise: string) =>
    style.getPropertyValue(name).trim() || otherwise;
  const text = value('--vscode-foreground', '#888');
  return {
    text: value('--fathom-muted', text),
    line: value('--fathom-line', '#8883'),
    focus: value('--vscode-focusBorder', text),
    background: value('--vscode-sideBar-background', 'transparent'),
    kinds: {
      'model-call': value('--fathom-model', text),
      subcall: value('--fathom-subcall', text),
      cell: value('--fathom-cell', text),
      'host-call': value('--fathom-search', text),
      error: value('--vscode-errorForeground', text),
    },
    font: `11px ${style.fontFamily}`,
  };
}

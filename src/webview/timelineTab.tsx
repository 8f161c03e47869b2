import { useEffect, useRef } from 'preact/hooks';
import { duration } from '../ground/figures';
import { drawTimeline, type TimelinePaint } from './drawTimeline';
import { IconButton } from './iconButton';
import { rowFigures, rowLabel, rowText } from './rowText';
import { useTimelineActions } from './timelineActions';
import { type Bar, layOut } from './timelineLayout';
import { useTimelineView } from './timelineView';
import type { ViewState } from './viewState';

const legend: readonly (readonly [string, string])[] = [
  ['model-call', 'root model'],
  ['subcall', 'sub-call'],
  ['cell', 'code'],
  ['host-call', 'search'],
];

/** The run over time: what ran at the same time, and what waited for a slot. */
export function TimelineTab({ state }: { state: ViewState }) {
  state.frame.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const timeline = layOut(state.model, state.now.value);
  const view = useTimelineView(timeline);
  const { width, height } = view.viewport;
  const { hovered, ...actions } = useTimelineActions(state, timeline, view);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio;
    if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
    if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawTimeline(context, timeline, view.viewport, paintOf(element), state.selected.value);
  });

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
        <IconButton icon="zoom-in" label="Zoom in" onClick={() => view.zoom(0.5)} />
        <IconButton icon="zoom-out" label="Zoom out" onClick={() => view.zoom(2)} />
        <IconButton icon="screen-full" label="Show all" onClick={() => view.showAll()} />
      </div>
      <div class="timeline-area" ref={view.holder}>
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it handles keys itself. */}
        <canvas
          ref={canvas}
          role="application"
          aria-roledescription="timeline"
          aria-label={`Timeline from ${duration(view.fromMs)} to ${duration(view.toMs)}. Arrow keys choose a step, plus and minus zoom, Shift and arrows move, 0 shows all. ${label}`}
          tabIndex={0}
          style={{ width: `${width}px`, height: `${height}px` }}
          {...actions}
        />
        {hovered ? <Hover {...hovered} width={width} now={state.now.value} /> : null}
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

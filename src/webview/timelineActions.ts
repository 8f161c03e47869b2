import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Bar, Timeline } from './timelineLayout';
import type { DragStart, TimelineView } from './timelineView';
import type { ViewState } from './viewState';

/** How many pixels a pointer may move during a click. */
const clickSlack = 4;

/** The keyboard and mouse actions on the timeline, and the bar under the pointer. */
export function useTimelineActions(state: ViewState, timeline: Timeline, view: TimelineView) {
  const hovered = useSignal<{ bar: Bar; x: number; y: number } | null>(null);
  const dragging = useRef<DragStart | null>(null);

  const step = (by: number) => {
    const { bars } = timeline;
    const at = bars.findIndex(({ entry }) => entry.node.id === state.selected.value);
    const bar = bars[at < 0 ? 0 : Math.min(bars.length - 1, Math.max(0, at + by))];
    if (!bar) return;
    state.select(bar.entry.node.id);
    view.reveal(bar.lane);
  };
  const keys: Readonly<Record<string, (shift: boolean) => void>> = {
    ArrowLeft: (shift) => (shift ? view.pan(-0.25) : step(-1)),
    ArrowRight: (shift) => (shift ? view.pan(0.25) : step(1)),
    ArrowUp: () => step(-1),
    ArrowDown: () => step(1),
    '+': () => view.zoom(0.5),
    '=': () => view.zoom(0.5),
    '-': () => view.zoom(2),
    '0': () => view.showAll(),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action(event.shiftKey);
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const { width } = view.viewport;
    const { deltaX, deltaY, offsetX } = event;
    if (event.ctrlKey || event.metaKey) view.zoom(Math.exp(deltaY / 300), offsetX / width);
    else if (Math.abs(deltaX) > Math.abs(deltaY)) view.pan(deltaX / width);
    else view.scrollBy(deltaY);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.currentTarget instanceof Element) {
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    dragging.current = view.dragFrom(event.offsetX, event.offsetY);
  };
  const onPointerMove = ({ offsetX: x, offsetY: y }: PointerEvent) => {
    if (dragging.current) {
      view.drag(dragging.current, x, y);
      return;
    }
    const bar = view.barUnder(x, y);
    hovered.value = bar && { bar, x, y };
  };
  const onPointerUp = ({ offsetX: x, offsetY: y }: PointerEvent) => {
    const drag = dragging.current;
    dragging.current = null;
    if (!drag || Math.hypot(x - drag.x, y - drag.y) > clickSlack) return;
    const bar = view.barUnder(x, y);
    if (bar) state.select(bar.entry.node.id);
  };
  const onPointerLeave = () => {
    hovered.value = null;
  };
  return {
    hovered: hovered.value,
    onKeyDown,
    onWheel,
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerLeave,
  };
}

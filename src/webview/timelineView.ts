import { useSignal } from '@preact/signals';
import { scaleLinear } from 'd3-scale';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { duration } from '../ground/figures';
import { axisHeight, laneHeight, type Viewport } from './drawTimeline';
import { type Bar, barAt, type Timeline } from './timelineLayout';

/** The visible part of the timeline, and how to move it. */
export interface TimelineView {
  /** The element that the timeline fills. */
  readonly holder: RefObject<HTMLDivElement | null>;
  readonly viewport: Viewport;
  /** The time in view, in ms after the start. */
  readonly fromMs: number;
  readonly toMs: number;
  showAll(): void;
  /** @param at the place that stays fixed, from 0 at the left to 1. */
  zoom(factor: number, at?: number): void;
  /** @param by a share of the visible time; negative is back in time. */
  pan(by: number): void;
  /** Drags the view to these pixels. */
  drag(start: DragStart, x: number, y: number): void;
  /** The start of a drag from these pixels. */
  dragFrom(x: number, y: number): DragStart;
  scrollBy(pixels: number): void;
  /** Scrolls as little as needed to show a lane. */
  reveal(lane: number): void;
  /** The bar at these pixels. */
  barUnder(x: number, y: number): Bar | null;
}

export interface DragStart {
  readonly x: number;
  readonly y: number;
  /** The part that was visible then. */
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

/** Zooms and scrolls the timeline. */
export function useTimelineView(timeline: Timeline): TimelineView {
  const holder = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 300, height: 200 });
  /** The visible part of the time, from 0 to 1. */
  const part = useSignal({ from: 0, to: 1 });
  const scrollTop = useSignal(0);

  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const total = Math.max(1, timeline.end - timeline.start);
  const { width, height } = size.value;
  const { from, to } = part.value;
  const x = scaleLinear()
    .domain([timeline.start + from * total, timeline.start + to * total])
    .range([0, width]);
  const ticks = scaleLinear()
    .domain([from * total, to * total])
    .ticks(Math.max(2, Math.floor(width / 90)))
    .map((ms) => ({ time: timeline.start + ms, text: ms === 0 ? '0' : duration(ms) }));
  const most = Math.max(0, axisHeight + timeline.lanes * laneHeight - height);
  const top = Math.min(scrollTop.value, most);

  const look = (nextFrom: number, nextTo: number) => {
    const span = Math.min(1, Math.max(10 / total, nextTo - nextFrom));
    const start = Math.min(1 - span, Math.max(0, nextFrom));
    part.value = { from: start, to: start + span };
  };
  const scrollTo = (value: number) => {
    scrollTop.value = Math.min(most, Math.max(0, value));
  };
  return {
    holder,
    viewport: { width, height, x, ticks, scrollTop: top },
    fromMs: from * total,
    toMs: to * total,
    showAll: () => look(0, 1),
    zoom: (factor, at = 0.5) => {
      const span = (to - from) * factor;
      const middle = from + (to - from) * at;
      look(middle - span * at, middle + span * (1 - at));
    },
    pan: (by) => look(from + by * (to - from), to + by * (to - from)),
    drag: (start, toX, toY) => {
      const shift = ((start.x - toX) / width) * (start.to - start.from);
      look(start.from + shift, start.to + shift);
      scrollTo(start.top + start.y - toY);
    },
    dragFrom: (fromX, fromY) => ({ x: fromX, y: fromY, from, to, top: scrollTop.value }),
    scrollBy: (pixels) => scrollTo(scrollTop.value + pixels),
    reveal: (lane) => {
      const laneTop = lane * laneHeight;
      const bottom = laneTop - height + axisHeight + laneHeight;
      if (laneTop < scrollTop.value) scrollTo(laneTop);
      else if (scrollTop.value < bottom) scrollTo(bottom);
    },
    barUnder: (atX, atY) => {
      const lane = Math.floor((atY - axisHeight + top) / laneHeight);
      return atY < axisHeight ? null : barAt(timeline, lane, x.invert(atX));
    },
  };
}

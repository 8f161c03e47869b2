import { useRef } from 'preact/hooks';
import type { ViewState } from './viewState';

const step = 0.05;

/** The line between steps and detail. It can be dragged, or moved with the arrow keys. */
export function Splitter({ state, isWide }: { state: ViewState; isWide: boolean }) {
  const dragging = useRef(false);
  const set = (share: number) => {
    state.detailShare.value = Math.min(0.85, Math.max(0.15, share));
    state.saveSoon();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> can't be moved.
    <div
      role="separator"
      class="splitter"
      tabIndex={0}
      aria-label="Size of the details"
      aria-orientation={isWide ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(state.detailShare.value * 100)}
      aria-valuemin={15}
      aria-valuemax={85}
      onPointerDown={(event) => {
        dragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const area = event.currentTarget.parentElement?.getBoundingClientRect();
        if (!dragging.current || !area) return;
        set(
          isWide
            ? (area.right - event.clientX) / area.width
            : (area.bottom - event.clientY) / area.height,
        );
      }}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onKeyDown={(event) => {
        const change = { ArrowUp: step, ArrowLeft: step, ArrowDown: -step, ArrowRight: -step }[
          event.key
        ];
        if (change === undefined) return;
        event.preventDefault();
        set(state.detailShare.value + change);
      }}
    />
  );
}

import type { ComponentChildren } from 'preact';

/** Text for screen readers only, where others see a place, colour or icon. */
export function Said({ children }: { children: ComponentChildren }) {
  return <span class="visually-hidden">{children}</span>;
}

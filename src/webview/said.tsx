import type { ComponentChildren } from 'preact';

/** Words for screen readers that eyes get from place, colour or icon. */
export function Said({ children }: { children: ComponentChildren }) {
  return <span class="visually-hidden">{children}</span>;
}

import type { ComponentChildren } from 'preact';

export interface TabBarProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly name: string }[];
  readonly active: T;
  readonly onSelect: (id: T) => void;
  /** Id of the element that the tabs change. */
  readonly controls: string;
  /** Buttons at the end of the bar. */
  readonly children?: ComponentChildren;
}

/** Tabs in the ARIA pattern: one stop for the Tab key; arrows move between tabs. */
export function TabBar<T extends string>(props: TabBarProps<T>) {
  const { label, tabs, active, onSelect, controls, children } = props;
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === active);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? tabs.length - 1
          : step && (at + step + tabs.length) % tabs.length;
    const next = to === undefined ? undefined : tabs[to];
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    const bar = event.currentTarget;
    requestAnimationFrame(() => {
      if (bar instanceof HTMLElement)
        bar.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
    });
  };
  return (
    <div class="tab-bar">
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            class="tab"
            aria-selected={id === active}
            aria-controls={controls}
            tabIndex={id === active ? 0 : -1}
            onClick={() => onSelect(id)}
          >
            {name}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}

import { QuickInputButtons, type QuickPickItem, window } from 'vscode';

/** One of several successive questions. */
export interface Step<Item extends QuickPickItem> {
  readonly title: string;
  /** Its number, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly placeholder: string;
  /** The rows for the text typed so far. */
  readonly items: (typed: string) => readonly Item[];
  /** Whether a row is selected while nothing is typed. */
  readonly active: (item: Item) => boolean;
  /** Loads more rows; calls `show` when they are there. */
  readonly more?: (show: () => void, signal: AbortSignal) => Promise<void>;
}

/** What the user did with a step. */
export type Picked<Item> =
  | { readonly kind: 'item'; readonly item: Item; readonly typed: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancel' };

/** Shows a step and waits for a choice. From the second step on there is a Back button. */
export async function pickStep<Item extends QuickPickItem>(
  step: Step<Item>,
): Promise<Picked<Item>> {
  const picker = window.createQuickPick<Item>();
  picker.title = step.title;
  picker.step = step.step;
  picker.totalSteps = step.steps;
  picker.placeholder = step.placeholder;
  picker.ignoreFocusOut = true;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.buttons = step.step > 1 ? [QuickInputButtons.Back] : [];
  const closed = new AbortController();
  const refresh = () => {
    const items = step.items(picker.value.trim());
    picker.items = items;
    const active = picker.value === '' ? items.find(step.active) : undefined;
    if (active) picker.activeItems = [active];
  };
  refresh();
  picker.onDidChangeValue(refresh);
  const chosen = new Promise<Picked<Item>>((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.activeItems;
      if (item) resolve({ kind: 'item', item, typed: picker.value.trim() });
    });
    picker.onDidTriggerButton(() => resolve({ kind: 'back' }));
    picker.onDidHide(() => resolve({ kind: 'cancel' }));
  });
  picker.show();
  picker.busy = step.more !== undefined;
  const more = step.more?.(refresh, closed.signal).finally(() => {
    if (!closed.signal.aborted) picker.busy = false;
  });
  try {
    return await chosen;
  } finally {
    closed.abort();
    picker.dispose();
    await more;
  }
}

import { type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import type { ModelList } from '../../contract/engineContract';
import { conversationModels } from '../../models/conversationModels';
import { plainRow } from '../plainText';
import type { ChatModelRow } from './chatModels';

interface ModelItem extends QuickPickItem {
  /** Undefined for the row that takes the typed name. */
  readonly model?: string;
}

/** The texts and choices of a model picker. */
export interface ModelQuestion {
  readonly title: string;
  readonly placeholder: string;
  readonly current: string;
  /** A first row for "no model of its own", for example "Same as the root model". */
  readonly none?: string;
  /** The models of VS Code. */
  readonly chatModels: readonly ChatModelRow[];
}

/**
 * Lets the user choose from the models of an endpoint and of VS Code, or type a name that is not listed.
 * @returns "" for the `none` row, null when the user cancelled.
 */
export async function pickModel(
  question: ModelQuestion,
  listModels: (signal: AbortSignal) => Promise<ModelList>,
): Promise<string | null> {
  const picker = window.createQuickPick<ModelItem>();
  picker.title = question.title;
  picker.placeholder = question.placeholder;
  picker.ignoreFocusOut = true;
  picker.busy = true;
  const closed = new AbortController();
  let list: ModelList | null = null;
  const refresh = () => {
    picker.items = itemsFor(picker.value.trim(), list, question);
  };
  refresh();
  picker.onDidChangeValue(refresh);
  const chosen = new Promise<string | null>((resolve) => {
    picker.onDidAccept(() => {
      const item = picker.activeItems[0];
      const name = item ? (item.model ?? picker.value.trim()) : picker.value.trim();
      if (name || item?.model === '') resolve(name);
    });
    picker.onDidHide(() => resolve(null));
  });
  picker.show();
  const listing = listModels(closed.signal).then((result) => {
    if (closed.signal.aborted) return;
    list = result;
    picker.busy = false;
    refresh();
  });
  try {
    return await chosen;
  } finally {
    closed.abort();
    picker.dispose();
    await listing;
  }
}

function itemsFor(typed: string, list: ModelList | null, question: ModelQuestion): ModelItem[] {
  const names = list?.kind === 'listed' ? conversationModels(list.names) : [];
  const current = (model: string) => (model === question.current ? ['current'] : []);
  const rows: ModelItem[] = names.map((model) => ({
    label: plainRow(model),
    model,
    description: current(model).join(),
  }));
  if (question.chatModels.length > 0) {
    rows.push({ label: 'VS Code', kind: QuickPickItemKind.Separator });
    for (const { name, label, description } of question.chatModels) {
      rows.push({
        label: plainRow(label),
        model: name,
        description: plainRow([description, ...current(name)].join(' · ')),
      });
    }
  }
  if (question.none !== undefined && typed === '')
    rows.unshift({ label: question.none, model: '' });
  if (typed !== '' && !names.includes(typed)) {
    rows.push({
      label: plainRow(`Use "${typed}"`),
      iconPath: new ThemeIcon('edit'),
      alwaysShow: true,
    });
  }
  if (rows.length === 0) rows.push({ label: plainRow(hint(list)), alwaysShow: true });
  return rows;
}

function hint(list: ModelList | null): string {
  switch (list?.kind) {
    case undefined:
      return 'Asking the endpoint for its models…';
    case 'listed':
      return 'The endpoint lists no models: type a name';
    case 'refused':
      return 'The endpoint does not list its models with this key: type a name';
    case 'unknown':
      return `${list.reason} Type a name.`;
  }
}

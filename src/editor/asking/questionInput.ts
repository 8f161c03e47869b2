import { type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import { plainRow } from '../plainText';

interface QuestionItem extends QuickPickItem {
  /** An earlier question; undefined for the row that asks the typed one. */
  readonly earlier?: string;
}

const unasked = 'Type a question and press Enter';
const asked = 'Ask';

/** Examples of questions about a repository and about documents. */
export const exampleQuestions = {
  repository: 'Where are requests authenticated, and what limits them?',
  documents: 'What are the main points, and where are they?',
} as const;

/**
 * Lets the user type a question or choose an earlier one.
 * @returns null when the user cancelled.
 */
export async function inputQuestion(
  title: string,
  earlier: readonly string[],
  example: string = exampleQuestions.repository,
): Promise<string | null> {
  const picker = window.createQuickPick<QuestionItem>();
  picker.title = title;
  picker.placeholder = `For example: ${example}`;
  picker.ignoreFocusOut = true;
  picker.items = itemsFor('', earlier);
  let labelled = '';
  picker.onDidChangeValue((value) => {
    if ((value.trim() === '') === (labelled.trim() === '')) return;
    labelled = value;
    picker.items = itemsFor(value, earlier);
  });
  const chosen = new Promise<string | null>((resolve) => {
    picker.onDidAccept(() => {
      const question = (picker.activeItems[0]?.earlier ?? picker.value).trim();
      if (question) resolve(question);
    });
    picker.onDidHide(() => resolve(null));
  });
  picker.show();
  try {
    return await chosen;
  } finally {
    picker.dispose();
  }
}

function itemsFor(typed: string, earlier: readonly string[]): QuestionItem[] {
  // Always the first row, so that Enter asks the typed question and not a similar earlier one.
  const empty = typed.trim() === '';
  const ask: QuestionItem = {
    label: empty ? unasked : asked,
    iconPath: new ThemeIcon(empty ? 'edit' : 'arrow-right'),
    alwaysShow: true,
  };
  if (earlier.length === 0) return [ask];
  return [
    ask,
    { label: 'Earlier questions', kind: QuickPickItemKind.Separator },
    ...earlier.map((question) => ({
      label: plainRow(question),
      iconPath: new ThemeIcon('history'),
      earlier: question,
    })),
  ];
}

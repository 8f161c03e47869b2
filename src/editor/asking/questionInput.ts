import { type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import { rowText } from '../plainText';

interface QuestionItem extends QuickPickItem {
  /** An earlier question; undefined for the row that asks what was typed. */
  readonly earlier?: string;
}

const unasked = 'Type a question and press Enter';
const asked = 'Ask';

/** What one might ask about a repository, and about documents. */
export const exampleQuestions = {
  repository: 'Where are requests authenticated, and what limits them?',
  documents: 'What are the main points, and where do they stand?',
} as const;

/**
 * Asks for a question: typed, or chosen from earlier ones.
 * @returns null when the user thought better of it.
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
  // Always the first row and always shown, so that Enter asks what was typed and not a similar
  // question of last week.
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
      label: rowText(question),
      iconPath: new ThemeIcon('history'),
      earlier: question,
    })),
  ];
}

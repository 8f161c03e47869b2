import { lm } from 'vscode';
import { chatModelName } from '../../question/chatModelName';

/** A row of the model picker for a model of VS Code. */
export interface ChatModelRow {
  /** The value for the setting. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

/** The models that other extensions offer through VS Code, in alphabetical order. */
export async function listChatModels(): Promise<readonly ChatModelRow[]> {
  const models = await lm.selectChatModels();
  const rows = models.map(({ vendor, id, name }) => ({
    name: chatModelName({ vendor, id }),
    label: name || id,
    description: vendor,
  }));
  return rows.sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
}

import { type LanguageModel, ModelError, type ModelReply } from '../../models/languageModel';

/**
 * Why there is nothing in a reply that came without an error: filtered, all hidden reasoning, or no reason
 * given. For people and for code that reads replies. Null when it says something.
 */
export function wordlessReply(
  { name }: Pick<LanguageModel, 'name'>,
  { text, finishReason }: Pick<ModelReply, 'text' | 'finishReason'>,
): ModelError | null {
  if (text.trim() !== '') return null;
  switch (finishReason) {
    case 'content-filter':
      return new ModelError(
        'content-filter',
        `The provider of ${name} held back its whole reply: a content filter objects to it. Ask in other words, or use another provider.`,
      );
    case 'length':
      return new ModelError(
        'malformed',
        `${name} reached its output limit before its first word. Ask for less at a time, or use a model that reasons less.`,
      );
    case 'stop':
      return new ModelError(
        'malformed',
        `${name} replied without a word. Ask again, or use another model.`,
      );
  }
}

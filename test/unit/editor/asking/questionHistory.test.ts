import { describe, expect, it } from 'vitest';
import {
  QuestionHistory,
  rememberedQuestions,
} from '../../../../src/editor/asking/questionHistory';

function memento(values = new Map<string, unknown>()) {
  return {
    keys: () => [...values.keys()],
    get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
    update: async (key: string, value: unknown) => {
      values.set(key, value);
    },
  } as ConstructorParameters<typeof QuestionHistory>[0];
}

describe('QuestionHistory', () => {
  it('has the most recent question first, each once', async () => {
    const history = new QuestionHistory(memento());
    for (const question of ['one', 'two', 'one', 'three', 'two']) await history.add(question);
    expect(history.questions()).toEqual(['two', 'three', 'one']);
  });

  it('forgets the oldest', async () => {
    const history = new QuestionHistory(memento());
    for (let i = 0; i < rememberedQuestions + 5; i++) await history.add(`question ${i}`);
    expect(history.questions()).toHaveLength(rememberedQuestions);
    expect(history.questions().at(-1)).toBe('question 5');
  });

  it('survives whatever is stored', () => {
    const stored = new Map<string, unknown>([['fathom.questions', ['a', 7, null, 'b']]]);
    expect(new QuestionHistory(memento(stored)).questions()).toEqual(['a', 'b']);
    stored.set('fathom.questions', 'none');
    expect(new QuestionHistory(memento(stored)).questions()).toEqual([]);
  });
});

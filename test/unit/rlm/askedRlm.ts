import type { ModelRequest } from '../../host/modelScript';

/** The question that an RLM was asked, and its turn. */
export function asked({ messages }: ModelRequest): { question: string; turn: number } {
  const question =
    /<question>\n([\s\S]*?)\n<\/question>/.exec(messages[1]?.content ?? '')?.[1] ?? '';
  return { question, turn: messages.filter(({ role }) => role === 'assistant').length + 1 };
}

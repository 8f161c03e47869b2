import type { Message } from '../../models/languageModel';
import type { RecordedNode } from '../../trajectory/recording';
import { Conversation } from '../calls/conversation';
import type { RunServices } from '../completion/services';
import type { Session } from '../loop/session';
import type { RlmContext } from '../subject/context';
import { silentNode } from './pastNodes';
import { recordedCell, recordedPrompt, recordedReply, spokenTurnsOf } from './pastTurns';
import { servicesForRerun } from './servicesFromLog';

/**
 * Restores a conversation from its log: the same messages, and the variables by running its cells again. Their calls
 * of models and the repository are answered from the log; the report is not written again.
 * @param questions the completions of the questions so far, in order.
 */
export async function revive(
  session: Session,
  questions: readonly RecordedNode[],
  context: RlmContext,
  live: RunServices,
  signal: AbortSignal,
): Promise<void> {
  const turns = questions.flatMap(spokenTurnsOf);
  session.repl.enter(servicesForRerun(live, false), context, signal);
  const said = new SaidBefore();
  const firstTurn = indexAfterLost(turns);
  for (const [index, turn] of turns.entries()) {
    if (said.takes(turn)) await session.repl.setHistory(said.past);
    if (index >= firstTurn) await runAgain(turn, session, signal);
  }
  if (said.messages.length > 0) session.goOnWith(Conversation.from(said));
}

async function runAgain(turn: RecordedNode, { repl }: Session, signal: AbortSignal): Promise<void> {
  const node = silentNode(turn);
  for (const cell of turn.children) {
    if (cell.kind !== 'cell') continue;
    signal.throwIfAborted();
    // A cell that did not end gets the answers that it had got; further calls fail.
    const { result } = await repl.execute(cell.bodies.get('code') ?? '', node, signal);
    if (result.status === 'lost') await repl.restart();
    if (result.answer !== null) await repl.holdBack(result.answer);
  }
}

/** The first turn after the last lost kernel: variables from before need not be restored. */
function indexAfterLost(turns: readonly RecordedNode[]): number {
  return (
    1 +
    turns.findLastIndex(({ children }) =>
      children.some((cell) => recordedCell(cell)?.status === 'lost'),
    )
  );
}

/** The conversation as it was sent, joined from the new messages of each request. */
class SaidBefore {
  messages: readonly Message[] = [];
  /** The messages before it was compacted, without the system prompt. */
  past: readonly Message[] = [];
  /** Tokens of the last request with its reply. */
  tokens = 0;

  /** Adds the messages of a turn. True when the conversation was compacted in it. */
  takes(turn: RecordedNode): boolean {
    let shortened = false;
    for (const call of turn.children) {
      const prompt = recordedPrompt(call);
      if (!prompt) continue;
      // After compaction it begins again after the system prompt; a repeated message is the last one.
      if (prompt.from <= 1 && this.messages.length > 2) {
        this.past = [...this.past, ...this.messages.slice(1)];
        shortened = true;
      }
      this.messages = [...this.messages.slice(0, prompt.from), ...prompt.messages];
      const reply = recordedReply(call);
      if (!reply) continue;
      this.messages = [...this.messages, { role: 'assistant', content: reply.text || '-' }];
      this.tokens = reply.usage.inputTokens + reply.usage.outputTokens;
    }
    return shortened;
  }
}

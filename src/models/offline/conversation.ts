import type { Message } from '../languageModel';

/** What `context` is, as the root is told. */
export type ContextKind =
  | { readonly kind: 'repository' }
  /** A str, list or dict; with the names of its documents as far as they were given. */
  | { readonly kind: 'value'; readonly names: readonly string[] };

/** One turn that is over: what the root said and what it was told then. */
export interface PastTurn {
  readonly reply: string;
  /** All that the host said after the reply. */
  readonly feedback: string;
  /** What the cell printed. */
  readonly output: string;
  /** True when the cell raised, did not compile, or the REPL had to be restarted. */
  readonly failed: boolean;
  /** True when the REPL had to be restarted, so that its variables are gone. */
  readonly restarted: boolean;
}

/** What is said of a report that is wanted. */
export interface WantedReport {
  /** Its template; "none" for a subject of the question's own. */
  readonly template: string;
  /** "" for that of the question. */
  readonly language: string;
  /** Of a change log; null for other reports. */
  readonly revisions: { readonly from: string; readonly to: string } | null;
}

/** A root's conversation, taken apart. */
export interface Conversation {
  readonly question: string;
  readonly context: ContextKind;
  /** The report that the result is to go to; null when only an answer is wanted. */
  readonly report: WantedReport | null;
  readonly turns: readonly PastTurn[];
  /** Code for the next turn, or a plain best answer because a limit was reached. */
  readonly wanted: 'code' | 'answer';
}

const questionMessage = /^<question>\n([\s\S]*?)\n<\/question>\n([\s\S]*)$/;

/** How `report-wanted.md` begins, which comes after what is said of the context. */
const reportLine = /^<report template="([^"\n]*)" language="([^"\n]*)">$/m;

/** How `reports/change-log.md` names its revisions. */
const revisionsInTask = /`git_diff\("([^"\n]+)", "([^"\n]+)"\)`/;

const raised = /^(?:Traceback \(most recent call last\)|\w*(?:Error|Exception|Interrupt)(?::|$))/m;
const turnLine = /^Turn \d+\/\d+/m;

/** What the host says after it has shown output, which may look like anything. */
function afterOutput(text: string): string {
  return text.slice(Math.max(0, text.lastIndexOf('\n\nVariables: ')));
}

/** Takes a root's conversation apart; null when it is not one, but just a prompt. */
export function parseConversation(messages: readonly Message[]): Conversation | null {
  // A follow-up has an earlier question before it.
  const start = messages.findLastIndex(
    ({ role, content }) => role === 'user' && questionMessage.test(content),
  );
  const [, question, metadata] = questionMessage.exec(messages[start]?.content ?? '') ?? [];
  if (question === undefined || metadata === undefined) return null;
  const after = messages.slice(start + 1);
  const turns = after.flatMap((message, index) =>
    message.role === 'assistant' ? [pastTurn(message.content, feedbackAfter(after, index))] : [],
  );
  const latest = turns.at(-1)?.feedback ?? metadata;
  return {
    question: question.trim(),
    report: wantedReport(metadata),
    context: contextKind(firstMetadata(messages) ?? metadata),
    turns,
    wanted: turnLine.test(afterOutput(latest)) ? 'code' : 'answer',
  };
}

function wantedReport(metadata: string): WantedReport | null {
  const [, template, language = ''] = reportLine.exec(metadata) ?? [];
  if (template === undefined) return null;
  const [, from, to] = revisionsInTask.exec(metadata) ?? [];
  const revisions = from === undefined || to === undefined ? null : { from, to };
  return { template, language, revisions };
}

/** What the first question said about the context; a follow-up does not say it again. */
function firstMetadata(messages: readonly Message[]): string | undefined {
  for (const { role, content } of messages) {
    const metadata = role === 'user' ? questionMessage.exec(content)?.[2] : undefined;
    if (metadata !== undefined) return metadata;
  }
  return undefined;
}

function feedbackAfter(messages: readonly Message[], index: number): string {
  const rest = messages.slice(index + 1);
  const end = rest.findIndex(({ role }) => role === 'assistant');
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .map(({ content }) => content)
    .join('\n\n');
}

function pastTurn(reply: string, feedback: string): PastTurn {
  const output = /(?:^|\n)REPL output:\n([\s\S]*?)(?:\n\nVariables: |$)/.exec(feedback)?.[1] ?? '';
  const restarted = /^The REPL had to be restarted/m.test(afterOutput(feedback));
  return { reply, feedback, output, restarted, failed: restarted || raised.test(output) };
}

function contextKind(metadata: string): ContextKind {
  if (/^`context` is a repository/m.test(metadata)) return { kind: 'repository' };
  const named = metadata.matchAll(
    /^(?:`context` is a (?:str|lazy text), the text of the document |- context\[\d+\], a (?:str|lazy text), is )(.+): [\d,]+ characters?/gm,
  );
  return { kind: 'value', names: [...named].flatMap((match) => match[1] ?? []) };
}

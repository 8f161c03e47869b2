import { type Disposable, type TextDocument, window } from 'vscode';
import { tailOf } from '../documentTail';
import { messages } from '../messages';
import { openUntitledMarkdown } from '../untitledMarkdown';
import { AnswerDocument } from './answerDocument';
import { headingText, isAnswerText, runOfAnswer } from './answerText';

/** A finished answer. */
export interface FinishedAnswer {
  readonly question: string;
  /** The text below the heading. */
  readonly body: string;
}

/** The documents of answers, and the last answer, so that closing a tab loses nothing. */
export class Answers implements Disposable {
  readonly #growing = new Set<AnswerDocument>();
  readonly #onFinished: () => void;
  #last: FinishedAnswer | null = null;
  #lastLogged: string | null = null;

  /** @param onFinished called when a document got its finished answer. */
  constructor(onFinished: () => void) {
    this.#onFinished = onFinished;
  }

  /** @param failed the document of a failed attempt at the same question, which is used again. */
  async open(
    question: string,
    body: string,
    failed: AnswerDocument | null,
  ): Promise<AnswerDocument> {
    const answer = await (failed?.startOver(question, body) ?? AnswerDocument.open(question, body));
    this.#growing.add(answer);
    return answer;
  }

  /** Writes the finished answer. False when its tab was closed meanwhile. */
  async finish(answer: AnswerDocument, finished: FinishedAnswer): Promise<boolean> {
    this.#last = finished;
    if (runOfAnswer(finished.body) !== null) this.#lastLogged = textOf(finished);
    try {
      return await answer.finish(finished.body);
    } finally {
      this.#growing.delete(answer);
      this.#onFinished();
    }
  }

  /** The text of this window's last answer whose run has a log. */
  get lastLogged(): string | null {
    return this.#lastLogged;
  }

  /** Shows the last answer of this window again. */
  async showLast(): Promise<void> {
    if (this.#last) await this.show(this.#last);
    else void messages.showInformationMessage('No question was answered in this window yet.');
  }

  /** Shows a finished answer again in a new tab. */
  async show(answer: FinishedAnswer): Promise<void> {
    const document = await openUntitledMarkdown(textOf(answer));
    await window.showTextDocument(document, { preview: false });
  }

  /** True for documents with a finished or growing answer, including saved and restored ones. */
  owns(document: TextDocument): boolean {
    for (const answer of this.#growing) if (answer.document === document) return true;
    return isAnswerText(tailOf(document));
  }

  dispose(): void {
    for (const answer of this.#growing) answer.dispose();
    this.#growing.clear();
  }
}

function textOf({ question, body }: FinishedAnswer): string {
  return headingText(question) + body;
}

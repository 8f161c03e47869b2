import { type Disposable, type LogOutputChannel, window } from 'vscode';
import { harmless } from '../ground/drawable';
import type { RunListener } from '../rlm/runListener';
import { RunLog } from './runLog';

/** The output channel "Fathom". Keys that it was told of are struck out of everything it is given. */
export class Log implements Disposable {
  readonly #channel: LogOutputChannel = window.createOutputChannel('Fathom', { log: true });
  readonly #secrets = new Set<string>();

  /** Never lets this text through again. */
  hide(secret: string): void {
    if (secret) this.#secrets.add(secret);
  }

  info(text: string): void {
    this.#channel.info(this.#clean(text));
  }

  warn(text: string): void {
    this.#channel.warn(this.#clean(text));
  }

  /** An error with its stack, for whoever looks into it. */
  error(text: string, error?: unknown): void {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error ?? '');
    this.#channel.error(this.#clean(details ? `${text}\n${details}` : text));
  }

  /** Tells of a run what means something to a person. */
  followRun(): Partial<RunListener> {
    const lines = new RunLog();
    return {
      onEvent: (event) => {
        const line = lines.line(event);
        if (line) this.#channel[line.level](this.#clean(line.text));
      },
      onKernel: ({ message }) => this.info(message),
      onLogError: (message) => this.warn(message),
      onNotice: (message) => this.warn(message),
    };
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #clean(text: string): string {
    let clean = harmless(text);
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, '[key]');
    return clean;
  }
}

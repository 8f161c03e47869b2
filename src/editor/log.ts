import { type Disposable, type LogOutputChannel, window } from 'vscode';
import { harmless } from '../ground/drawable';
import type { RunListener } from '../rlm/runListener';
import { RunLog } from './runLog';

/** The output channel "Fathom". API keys that it knows are removed from everything it writes. */
export class Log implements Disposable {
  readonly #channel: LogOutputChannel = window.createOutputChannel('Fathom', { log: true });
  readonly #secrets = new Set<string>();

  /** Removes this text from everything from now on. */
  hide(secret: string): void {
    if (secret) this.#secrets.add(secret);
  }

  info(text: string): void {
    this.#channel.info(this.#clean(text));
  }

  warn(text: string): void {
    this.#channel.warn(this.#clean(text));
  }

  /** Logs an error with its stack. */
  error(text: string, error?: unknown): void {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error ?? '');
    this.#channel.error(this.#clean(details ? `${text}\n${details}` : text));
  }

  /** Logs the events of a run that matter to a person. */
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

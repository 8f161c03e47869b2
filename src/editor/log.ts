import { type Disposable, type LogOutputChannel, window } from 'vscode';
import { harmless } from '../trajectory/drawable';
import type { TrajectoryEvent } from '../trajectory/events';
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

  /** Receives the events of one run. */
  runSink(): (event: TrajectoryEvent) => void {
    const lines = new RunLog();
    return (event) => {
      const line = lines.line(event);
      if (line) this.#channel[line.level](this.#clean(line.text));
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

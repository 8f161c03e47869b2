import type { NodeKind, TrajectoryEvent } from '../trajectory/events';

/** One line for the log. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'debug';
  readonly text: string;
}

/** Turns the events of a run into log lines, one per event that matters to a person. */
export class RunLog {
  readonly #nodes = new Map<string, { readonly kind: NodeKind; summary: string }>();

  /** The line for an event; null when it is not worth one. */
  line(event: TrajectoryEvent): LogLine | null {
    switch (event.type) {
      case 'run-started':
        this.#nodes.set(event.node, { kind: 'run', summary: event.question });
        return info(
          `${event.run} asks ${event.model} (sub-calls: ${event.subModel}) about ${event.subject}: ${oneLine(event.question)}`,
        );
      case 'node-started':
        this.#nodes.set(event.node, { kind: event.kind, summary: event.summary });
        return event.kind === 'iteration' || event.kind === 'child'
          ? info(`${event.run} ${event.kind} · ${oneLine(event.summary)}`)
          : null;
      case 'node-progress': {
        const node = this.#nodes.get(event.node);
        if (!node || event.summary === undefined) return null;
        node.summary = event.summary;
        return node.kind === 'iteration'
          ? info(`${event.run} iteration · ${oneLine(event.summary)}`)
          : null;
      }
      case 'node-ended': {
        const node = this.#nodes.get(event.node);
        this.#nodes.delete(event.node);
        if (!node || (node.kind === 'iteration' && event.outcome === 'ok')) return null;
        const { usage } = event;
        const tokens = usage ? ` · ${usage.inputTokens} + ${usage.outputTokens} tokens` : '';
        const reason = event.reason ? ` · ${oneLine(event.reason)}` : '';
        const text = `${event.run} ${node.kind} ${event.outcome} · ${oneLine(event.summary ?? node.summary)}${tokens}${reason}`;
        return { level: event.outcome === 'error' ? 'warn' : 'info', text };
      }
      case 'body':
        return null;
    }
  }
}

function info(text: string): LogLine {
  return { level: 'info', text };
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

import {
  type HostCall,
  HostCallError,
  type HostReply,
  type PythonException,
} from '../../repl/hostCall';
import { askedBelow, type RecordedNode, recordOf, recordsOf } from '../../trajectory/recording';
import type { RecordOf } from '../../trajectory/records';
import { hostKey } from '../calls/recordKeys';
import { recordedCell, recordedReply } from './pastTurns';

/** The host's answers to the code of a cell in an earlier run. Each answer is given once. */
export class CellLog {
  /** A cell that did not end is done again, so that its failures may succeed now. */
  readonly #finished: boolean;
  readonly #host: Queue<RecordOf<'host'>>;
  readonly #asked: Queue<RecordedNode>;

  constructor(cell: RecordedNode) {
    this.#finished = recordedCell(cell) !== null;
    this.#host = new Queue(recordsOf(cell, 'host').map((record) => [record.key, record]));
    this.#asked = new Queue(
      askedBelow(cell).flatMap((node) => {
        const key = recordOf(node, 'asked')?.key ?? recordOf(node, 'reply')?.key;
        return key === undefined ? [] : [[key, node]];
      }),
    );
  }

  /** The reply to a request of the code; null when unknown. @throws {HostCallError} */
  host(call: HostCall): HostReply | null {
    const record = this.#host.take(hostKey(call));
    if (!record) return null;
    if (record.error) {
      const { exception, message } = record.error;
      throw new HostCallError(exception as PythonException, message);
    }
    const { value, body } = record;
    return { value, ...(body === undefined ? {} : { body }) };
  }

  /** The sub-call or child with that key; null when it must be asked. */
  asked(key: string): RecordedNode | null {
    const good = this.#asked.take(key, (node) => recordedReply(node) !== null || isAnswered(node));
    if (good) return good;
    return this.#asked.take(key, (node) => this.#finished || node.kind === 'child');
  }
}

function isAnswered(node: RecordedNode): boolean {
  return node.kind === 'child' && node.outcome !== null && node.bodies.has('answer');
}

/** Values by key, in order of arrival. */
class Queue<Value> {
  readonly #values = new Map<string, Value[]>();

  constructor(entries: readonly (readonly [string, Value])[]) {
    for (const [key, value] of entries) {
      const values = this.#values.get(key) ?? [];
      values.push(value);
      this.#values.set(key, values);
    }
  }

  take(key: string, wanted: (value: Value) => boolean = () => true): Value | null {
    const values = this.#values.get(key) ?? [];
    const index = values.findIndex(wanted);
    return index < 0 ? null : (values.splice(index, 1)[0] ?? null);
  }
}

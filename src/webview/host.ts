import type { RunId } from '../trajectory/events';
import { type HostMessage, stateLength, type ViewMessage } from '../trajectory/viewProtocol';
import type { Filter } from './filter';

/** The API of a webview's page (code.visualstudio.com/api/extension-guides/webview). */
interface VsCodeApi {
  postMessage(message: ViewMessage): void;
  getState(): unknown;
  setState(state: SavedState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The state that survives the page, which is discarded when the view is hidden. */
export interface SavedState {
  /** Milliseconds since the Unix epoch. */
  readonly savedAt: number;
  readonly run: RunId | null;
  readonly page: string;
  readonly tab: string;
  readonly selected: string | null;
  readonly part: string | null;
  readonly opened: readonly (readonly [string, boolean])[];
  readonly collapseFinished: boolean;
  readonly filter: Filter;
  readonly follow: boolean;
  readonly scrollTop: number;
  /** The detail's share of the view. */
  readonly detailShare: number;
}

/** The connection to the extension. */
export class Host {
  readonly #api = acquireVsCodeApi();

  post(message: ViewMessage): void {
    this.#api.postMessage(message);
  }

  listen(listener: (message: HostMessage) => void): void {
    // VS Code lets only the extension's messages through to this frame.
    window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => listener(data));
  }

  /** Saves with VS Code, and with the extension, which keeps it even if the window ends abruptly. */
  save(state: Omit<SavedState, 'savedAt'>): void {
    const saved = { ...state, savedAt: Date.now() };
    this.#api.setState(saved);
    const text = JSON.stringify(saved);
    if (text.length <= stateLength) this.post({ type: 'state', state: text });
  }

  /** The state saved last, without invalid fields. */
  restore(): Partial<SavedState> {
    const [own, kept] = [partOf(this.#api.getState()), partOf(this.#keptState())];
    return (kept.savedAt ?? 0) > (own.savedAt ?? 0) ? kept : own;
  }

  /** The state that the extension wrote into the page. */
  #keptState(): unknown {
    try {
      return JSON.parse(document.getElementById('app')?.dataset['state'] || 'null');
    } catch {
      return null;
    }
  }
}

function partOf(state: unknown): Partial<SavedState> {
  return typeof state === 'object' && state !== null ? state : {};
}

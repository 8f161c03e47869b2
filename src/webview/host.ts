import type { RunId } from '../trajectory/events';
import { type HostMessage, stateLength, type ViewMessage } from '../trajectory/viewProtocol';
import type { Filter } from './filter';

/** What VS Code gives a webview's page (code.visualstudio.com/api/extension-guides/webview). */
interface VsCodeApi {
  postMessage(message: ViewMessage): void;
  getState(): unknown;
  setState(state: SavedState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What outlives the page: it is thrown away whenever the view is hidden. */
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
  /** Share of the room that the detail has. */
  readonly detailShare: number;
}

/** The way to the extension and back. */
export class Host {
  readonly #api = acquireVsCodeApi();

  post(message: ViewMessage): void {
    this.#api.postMessage(message);
  }

  listen(listener: (message: HostMessage) => void): void {
    // VS Code only lets the extension's own messages through to this frame.
    window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => listener(data));
  }

  /** Says it to VS Code, and to the extension, which keeps it even when the window ends abruptly. */
  save(state: Omit<SavedState, 'savedAt'>): void {
    const saved = { ...state, savedAt: Date.now() };
    this.#api.setState(saved);
    const text = JSON.stringify(saved);
    if (text.length <= stateLength) this.post({ type: 'state', state: text });
  }

  /** What was saved last. Fields that don't make sense are missing. */
  restore(): Partial<SavedState> {
    const [own, kept] = [partOf(this.#api.getState()), partOf(this.#keptState())];
    return (kept.savedAt ?? 0) > (own.savedAt ?? 0) ? kept : own;
  }

  /** The extension wrote it into the page. */
  #keptState(): unknown {
    try {
      return JSON.parse(document.getElementById('app')?.dataset['state'] || 'null');
    } catch {
      return null; // As if there were none.
    }
  }
}

function partOf(state: unknown): Partial<SavedState> {
  return typeof state === 'object' && state !== null ? state : {};
}

import type { RunId } from '../trajectory/events';
import type { HostMessage, ViewMessage } from '../trajectory/viewProtocol';
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

  save(state: SavedState): void {
    this.#api.setState(state);
  }

  /** What was saved; fields that don't make sense are missing. */
  restore(): Partial<SavedState> {
    const state = this.#api.getState();
    return typeof state === 'object' && state !== null ? state : {};
  }
}

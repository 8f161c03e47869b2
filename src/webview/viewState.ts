import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { BodyPart, NodeId, RunId } from '../trajectory/events';
import {
  type CoverageRow,
  type HistoryEntry,
  type HostMessage,
  mostNodes,
  type Page,
  type RunSums,
  type Setup,
  type ViewRun,
} from '../trajectory/viewProtocol';
import { type Filter, isFiltering, noFilter } from './filter';
import type { Host, SavedState } from './host';
import { RowList } from './rowList';
import type { Row } from './rows';
import { type Entry, RunModel } from './runModel';

export type Tab = 'tree' | 'timeline' | 'coverage';
const tabs: readonly Tab[] = ['tree', 'timeline', 'coverage'];

/** A text that the extension sent; `text` is null when there is none. */
export interface Body {
  readonly text: string | null;
  readonly totalLength: number;
}

export interface CoverageFolder {
  readonly rows: readonly CoverageRow[];
  readonly omitted: number;
}

/** How many bodies are kept, and how many opened and closed rows are saved. */
const mostBodies = 24;
const mostSavedRows = 500;
const saveAfterMs = 200;
const noSums: RunSums = { nodes: 0, turns: 0, subcalls: 0, depth: 0 };

/** Everything the view draws, and the user's actions on it. */
export class ViewState {
  readonly host: Host;
  model = new RunModel();
  readonly sums: Signal<RunSums> = signal(noSums);
  readonly run: Signal<ViewRun | null> = signal(null);
  /** False until the first message of the extension. */
  readonly arrived = signal(false);
  /** Grows with each snapshot, after which everything must be requested again. */
  readonly snapshots = signal(0);
  readonly page: Signal<Page> = signal('run');
  readonly tab: Signal<Tab> = signal('tree');
  readonly selected: Signal<NodeId | null> = signal(null);
  readonly part: Signal<string | null> = signal(null);
  readonly opened: Signal<ReadonlyMap<NodeId, boolean>> = signal(new Map());
  readonly collapseFinished = signal(false);
  readonly filter: Signal<Filter> = signal(noFilter);
  readonly follow = signal(true);
  readonly history: Signal<readonly HistoryEntry[] | null> = signal(null);
  readonly setup: Signal<Setup | null> = signal(null);
  readonly bodies: Signal<ReadonlyMap<string, Body>> = signal(new Map());
  readonly coverage: Signal<ReadonlyMap<string, CoverageFolder>> = signal(new Map());
  readonly openFolders: Signal<ReadonlySet<string>> = signal(new Set());
  readonly detailShare = signal(0.45);
  /** Milliseconds since the Unix epoch, on the extension's clock; ticks while a run is live. */
  readonly now = signal(Date.now());
  /** These grow when all rows must be rebuilt, when some were updated, and with each message. */
  readonly structure = signal(0);
  readonly mended = signal(0);
  readonly frame = signal(0);
  readonly rowList: ReadonlySignal<RowList>;
  scrollTop = 0;
  #skew = 0;
  #more = false;
  /** The nodes requested since this snapshot; null stands for everything. */
  readonly #asked = new Set<NodeId | null>();
  #saving: ReturnType<typeof setTimeout> | null = null;
  readonly #wanted = new Set<string>();

  constructor(host: Host) {
    this.host = host;
    this.rowList = computed(() => {
      this.structure.value;
      const options = {
        opened: this.opened.value,
        collapseFinished: this.collapseFinished.value,
        filter: this.filter.value,
      };
      return new RowList(this.model.root, options);
    });
    // Nodes that are open, filtered or on the timeline must be loaded.
    effect(() => {
      this.frame.value;
      const list = this.rowList.value;
      this.mended.value;
      if (!this.model.root) return;
      const isAllWanted = this.tab.value === 'timeline' || isFiltering(this.filter.value);
      if (isAllWanted) this.load(null);
      else for (const id of list.missing) this.load(id);
      const selected = this.selected.value;
      if (selected !== null && !this.#more && !this.model.get(selected)) this.load(selected);
    });
  }

  /** The rows of the tree. Reading them redraws the reader when they change. */
  get rows(): readonly Row[] {
    this.mended.value;
    return this.rowList.value.rows;
  }

  /** The nodes that the user opened and selected, which may be in folded parts. */
  get wanted(): readonly NodeId[] {
    const opened = [...this.opened.value].flatMap(([id, open]) => (open ? [id] : []));
    return this.selected.value === null ? opened : [...opened, this.selected.value];
  }

  /** Requests nodes, once for each snapshot; null stands for all. */
  load(node: NodeId | null): void {
    if (this.#asked.has(node) || this.#asked.has(null)) return;
    this.#asked.add(node);
    this.host.post({ type: 'load', node });
  }

  /** The entry whose detail is shown. */
  get selectedEntry(): Entry | null {
    const id = this.selected.value;
    this.frame.value;
    return id === null ? null : (this.model.get(id) ?? null);
  }

  get live(): boolean {
    return this.run.value?.live ?? false;
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'snapshot':
        batch(() => this.#reset(message));
        return;
      case 'delta':
        batch(() => this.#apply(message));
        return;
      case 'body':
        this.#keepBody(message.node, message.part, message);
        return;
      case 'history':
        this.history.value = message.runs;
        return;
      case 'coverage': {
        const { folder, rows, omitted } = message;
        this.coverage.value = new Map(this.coverage.value).set(folder, { rows, omitted });
        return;
      }
      case 'setup':
        this.setup.value = message.setup;
        return;
      case 'show':
        this.show(message.page);
    }
  }

  show(page: Page): void {
    this.page.value = page;
    if (page === 'history') this.host.post({ type: 'history' });
    this.saveNow();
  }

  openRun(run: RunId): void {
    this.host.post({ type: 'open-run', run });
    this.show('run');
  }

  select(id: NodeId | null): void {
    this.selected.value = id;
    this.saveNow();
  }

  setOpened(ids: readonly NodeId[], open: boolean): void {
    const opened = new Map(this.opened.value);
    for (const id of ids) opened.set(id, open);
    this.opened.value = opened;
    this.saveNow();
  }

  /** A text, if it is there; else requests it. */
  body(node: NodeId, part: BodyPart): Body | undefined {
    const key = `${node} ${part}`;
    const body = this.bodies.value.get(key);
    if (!body && !this.#wanted.has(key)) {
      this.#wanted.add(key);
      this.host.post({ type: 'body', node, part });
    }
    return body;
  }

  loadFolder(folder: string): void {
    this.host.post({ type: 'coverage', folder });
  }

  /** The time on the extension's clock. */
  tick(): void {
    this.now.value = Date.now() - this.#skew;
  }

  /** Saves after a short while; for frequent changes such as scrolling. */
  saveSoon(): void {
    this.#saving ??= setTimeout(() => this.saveNow(), saveAfterMs);
  }

  /** Saves at once, as VS Code ends pages without notice. */
  saveNow(): void {
    if (this.#saving !== null) clearTimeout(this.#saving);
    this.#saving = null;
    this.host.save(this.#saved());
  }

  /** Restores the state that the page before this one saved. */
  restore(): RunId | null {
    const saved = this.host.restore();
    const { run = null } = saved;
    this.tab.value = tabs.find((tab) => tab === saved.tab) ?? 'tree';
    this.selected.value = (saved.selected ?? null) as NodeId | null;
    this.part.value = saved.part ?? null;
    this.opened.value = new Map(
      saved.opened as readonly (readonly [NodeId, boolean])[] | undefined,
    );
    this.collapseFinished.value = saved.collapseFinished ?? false;
    this.filter.value = { ...noFilter, ...saved.filter };
    this.follow.value = saved.follow ?? true;
    this.scrollTop = saved.scrollTop ?? 0;
    this.detailShare.value = saved.detailShare ?? 0.45;
    this.#restoredRun = run;
    if (saved.page === 'history') this.show('history');
    return run;
  }
  #restoredRun: RunId | null = null;

  #saved(): Omit<SavedState, 'savedAt'> {
    return {
      run: this.run.value?.id ?? this.#restoredRun,
      page: this.page.value,
      tab: this.tab.value,
      selected: this.selected.value,
      part: this.part.value,
      opened: [...this.opened.value].slice(-mostSavedRows),
      collapseFinished: this.collapseFinished.value,
      filter: this.filter.value,
      follow: this.follow.value,
      scrollTop: this.scrollTop,
      detailShare: this.detailShare.value,
    };
  }

  #reset(message: Extract<HostMessage, { type: 'snapshot' }>): void {
    const before = this.run.value?.id ?? this.#restoredRun;
    if (message.run?.id !== before) {
      this.selected.value = null;
      this.opened.value = new Map();
      this.filter.value = noFilter;
      this.follow.value = true;
      this.scrollTop = 0;
    }
    this.model = new RunModel();
    this.structure.value += 1;
    this.#asked.clear();
    this.bodies.value = new Map();
    this.coverage.value = new Map();
    this.openFolders.value = new Set();
    this.#wanted.clear();
    this.run.value = message.run;
    this.arrived.value = true;
    this.snapshots.value += 1;
    if (!message.run && this.page.value === 'run') this.page.value = 'ask';
    if (message.run && this.page.value === 'ask') this.page.value = 'run';
    this.#take(message);
    this.saveNow();
  }

  #apply(message: Extract<HostMessage, { type: 'delta' }>): void {
    const run = this.run.value;
    if (run && run.live !== message.live) this.run.value = { ...run, live: message.live };
    this.#take(message);
  }

  #take(message: Extract<HostMessage, { type: 'snapshot' | 'delta' }>): void {
    const { nodes, base, more, sums, now, seq } = message;
    this.#skew = Date.now() - now;
    this.#more = more;
    this.sums.value = sums;
    // Peeked before the nodes are added, so that the list is updated and not rebuilt.
    const list = this.rowList.peek();
    if (list.update(this.model.apply(nodes, base))) this.mended.value += 1;
    else this.structure.value += 1;
    this.frame.value += 1;
    this.tick();
    // Acknowledged at once while more is on its way, else in the frame that draws it.
    if (more) this.host.post({ type: 'ack', seq });
    else requestAnimationFrame(() => this.host.post({ type: 'ack', seq }));
  }

  /** Whether rows of open nodes are still to come. */
  get isArriving(): boolean {
    this.frame.value;
    const { missing } = this.rowList.value;
    const isEmpty = (id: NodeId) => this.model.get(id)?.children.length === 0;
    return this.#more || this.model.root === null || [...missing].some(isEmpty);
  }

  /** How many nodes were left out because there are too many. */
  get leftOut(): number {
    this.frame.value;
    return this.model.size < mostNodes ? 0 : this.sums.value.nodes - this.model.size;
  }

  #keepBody(node: NodeId, part: BodyPart, { text, totalLength }: Body): void {
    const key = `${node} ${part}`;
    this.#wanted.delete(key);
    const bodies = new Map(this.bodies.value);
    bodies.delete(key);
    bodies.set(key, { text, totalLength });
    for (const oldest of bodies.keys()) {
      if (bodies.size <= mostBodies) break;
      bodies.delete(oldest);
    }
    this.bodies.value = bodies;
  }
}

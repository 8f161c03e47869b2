import { useEffect } from 'preact/hooks';
import { plural } from '../ground/figures';
import { lineRangeText } from '../ground/lineRange';
import type { SeenHow } from '../trajectory/events';
import type { CoverageRow } from '../trajectory/viewProtocol';
import { Icon } from './icon';
import { Said } from './said';
import type { ViewState } from './viewState';

const steps: readonly (readonly [SeenHow, string])[] = [
  ['sent', 'sent to a model'],
  ['read', 'read'],
  ['matched', 'matched'],
  ['listed', 'listed'],
];
/** How often open folders are updated while a run is live, in ms. */
const refreshMs = 1000;

/** Which files the run saw and how closely, folder by folder. */
export function CoverageTab({ state }: { state: ViewState }) {
  const { live } = state;
  const snapshot = state.snapshots.value;
  useEffect(() => {
    const load = () => {
      for (const folder of ['', ...state.openFolders.peek()]) state.loadFolder(folder);
    };
    load();
    if (!live) return;
    const timer = setInterval(load, refreshMs);
    return () => clearInterval(timer);
  }, [live, snapshot]);
  const root = state.coverage.value.get('');
  if (!root) return <p class="nothing">Reading…</p>;
  if (root.rows.length === 0) {
    return (
      <p class="nothing">{live ? 'No file was looked at yet.' : 'This run looked at no file.'}</p>
    );
  }
  return (
    <div class="coverage">
      <ul class="legend">
        {steps.map(([step, name]) => (
          <li key={step}>
            <span class={`swatch seen-${step}`} />
            {name}
          </li>
        ))}
      </ul>
      <div
        class="coverage-rows"
        role="tree"
        aria-label="Files that the run saw"
        onKeyDown={moveFocus}
      >
        <Folder state={state} folder="" level={1} first />
      </div>
    </div>
  );
}

function Folder({
  state,
  folder,
  level,
  first = false,
}: {
  state: ViewState;
  folder: string;
  level: number;
  first?: boolean;
}) {
  const content = state.coverage.value.get(folder);
  if (!content) return null;
  return (
    <>
      {content.rows.map((row, index) => (
        <CoverageLine
          key={row.path}
          state={state}
          row={row}
          parent={folder}
          level={level}
          position={index + 1}
          siblings={content.rows.length}
          tabbable={first && index === 0}
        />
      ))}
      {content.omitted > 0 ? (
        <p class="nothing">
          {plural(content.omitted, 'more entry', 'more entries')} in this folder
        </p>
      ) : null}
    </>
  );
}

interface LineProps {
  readonly state: ViewState;
  readonly row: CoverageRow;
  readonly parent: string;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly tabbable: boolean;
}

function CoverageLine({ state, row, parent, level, position, siblings, tabbable }: LineProps) {
  const isFolder = row.path.endsWith('/');
  const open = isFolder && state.openFolders.value.has(row.path);
  const name = row.path.slice(parent.length).replace(/\/$/, '');
  const closest = steps.find(([step]) => row.counts[step] > 0)?.[0] ?? 'listed';
  const act = () => {
    if (!isFolder) {
      const [start, end] = row.ranges?.[0] ?? [0, 0];
      state.host.post({ type: 'open-file', path: row.path, start, end });
      return;
    }
    const folders = new Set(state.openFolders.value);
    if (!folders.delete(row.path)) {
      folders.add(row.path);
      state.loadFolder(row.path);
    }
    state.openFolders.value = folders;
  };
  const [note = '', ...more] = isFolder ? folderNotes(row) : [rangesNote(row)];
  const said = steps.find(([step]) => step === closest)?.[1];
  return (
    <>
      <div
        role="treeitem"
        class="row coverage-row"
        aria-level={level}
        aria-posinset={position}
        aria-setsize={siblings}
        aria-expanded={isFolder ? open : undefined}
        aria-selected={false}
        title={row.path}
        tabIndex={tabbable ? 0 : -1}
        style={{ paddingLeft: `${4 + (level - 1) * 12}px` }}
        onClick={act}
        onKeyDown={(event) => {
          const toggles =
            (event.key === 'ArrowRight' && isFolder && !open) ||
            (event.key === 'ArrowLeft' && open);
          if (event.key !== 'Enter' && event.key !== ' ' && !toggles) return;
          event.preventDefault();
          event.stopPropagation();
          act();
        }}
      >
        <span
          aria-hidden="true"
          class={`twistie codicon ${isFolder ? (open ? 'codicon-chevron-down' : 'codicon-chevron-right') : ''}`}
        />
        <Icon name={isFolder ? 'folder' : 'file'} class="node-icon" />
        <span class="words">
          <span class="summary">{name}</span>
          <Said>{isFolder ? ', folder, ' : `, ${said}, `}</Said>
          <span class="remark">{note}</span>
          {more.length > 0 ? <span class="remark more">{`· ${more.join(' · ')}`}</span> : null}
        </span>
        <span class="seen-bar" aria-hidden="true">
          {isFolder ? (
            steps.map(([step], index) => {
              const closer = steps[index - 1]?.[0];
              const count = row.counts[step] - (closer ? row.counts[closer] : 0);
              return (
                <span key={step} class={`seen-${step}`} style={{ flexGrow: Math.max(0, count) }} />
              );
            })
          ) : (
            <span class={`seen-${closest}`} style={{ flexGrow: 1 }} />
          )}
        </span>
      </div>
      {open ? <Folder state={state} folder={row.path} level={level + 1} /> : null}
    </>
  );
}

/** How many files were seen at each step, the closest first. */
function folderNotes({ counts }: CoverageRow): readonly string[] {
  return steps.flatMap(([step]) =>
    counts[step] > 0 ? [`${counts[step].toLocaleString('en')} ${step}`] : [],
  );
}

function rangesNote({ ranges = [] }: CoverageRow): string {
  const shown = ranges.slice(0, 3).map(([start, end]) => lineRangeText(start, end));
  const more = ranges.length > 3 ? ', …' : '';
  return shown.length > 0
    ? `${ranges.length === 1 && ranges[0]?.[0] === ranges[0]?.[1] ? 'line' : 'lines'} ${shown.join(', ')}${more}`
    : '';
}

/** Moves with up, down, home and end among the rows; left goes to the parent. */
function moveFocus(event: KeyboardEvent): void {
  const tree = event.currentTarget;
  const from = event.target;
  if (!(tree instanceof HTMLElement) || !(from instanceof HTMLElement)) return;
  const rows = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const at = rows.indexOf(from);
  const level = Number(from.ariaLevel);
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    ArrowRight: at + 1,
    ArrowLeft: rows.findLastIndex((row, index) => index < at && Number(row.ariaLevel) < level),
    Home: 0,
    End: rows.length - 1,
  }[event.key];
  const row = to === undefined ? undefined : rows[to];
  if (!row) return;
  event.preventDefault();
  for (const other of rows) other.tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
}

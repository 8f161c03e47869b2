import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { plural } from '../ground/figures';
import { AskPage } from './askPage';
import { CoverageTab } from './coverageTab';
import { DetailPane } from './detailPane';
import { isFiltering } from './filter';
import { FilterBar } from './filterBar';
import { Header } from './header';
import { HistoryPage } from './historyPage';
import { IconButton } from './iconButton';
import { Splitter } from './splitter';
import { TabBar } from './tabBar';
import { TimelineTab } from './timelineTab';
import { TreeTab } from './treeTab';
import type { Tab, ViewState } from './viewState';

const tabNames: readonly { readonly id: Tab; readonly name: string }[] = [
  { id: 'tree', name: 'Tree' },
  { id: 'timeline', name: 'Timeline' },
  { id: 'coverage', name: 'Coverage' },
];
/** From this width, in CSS pixels, the detail is beside the steps. */
const wideFrom = 720;
/** How often times are redrawn while a run is live, in ms. */
const tickMs = 500;

/** The whole view. */
export function App({ state }: { state: ViewState }) {
  const { live } = state;
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => state.tick(), tickMs);
    return () => clearInterval(timer);
  }, [live]);
  const page = state.page.value;
  if (page === 'history') return <HistoryPage state={state} />;
  if (!state.arrived.value) return null;
  if (page === 'ask' || !state.run.value) return <AskPage state={state} />;
  return <RunPage state={state} />;
}

function RunPage({ state }: { state: ViewState }) {
  const area = useRef<HTMLDivElement>(null);
  const isWide = useSignal(false);
  const showFilter = useSignal(isFiltering(state.filter.value));
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      isWide.value = element.clientWidth >= wideFrom;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const tab = state.tab.value;
  const selected = state.selectedEntry;
  const share = selected ? state.detailShare.value : 0;
  return (
    <main class="page run">
      <Header state={state} />
      <TabBar
        label="Ways to look at the run"
        tabs={tabNames}
        active={tab}
        controls="run-panel"
        onSelect={(id) => {
          state.tab.value = id;
          state.saveNow();
        }}
      >
        {tab === 'tree' ? (
          <div class="tools">
            <IconButton
              icon="filter"
              label="Filter"
              pressed={showFilter.value}
              onClick={() => {
                showFilter.value = !showFilter.value;
              }}
            />
            <IconButton
              icon="collapse-all"
              label="Collapse what is finished"
              pressed={state.collapseFinished.value}
              onClick={() => {
                state.opened.value = new Map();
                state.collapseFinished.value = !state.collapseFinished.value;
                state.saveNow();
              }}
            />
            {state.live ? (
              <IconButton
                icon="target"
                label="Follow the run"
                pressed={state.follow.value}
                onClick={() => {
                  state.follow.value = !state.follow.value;
                }}
              />
            ) : null}
          </div>
        ) : null}
      </TabBar>
      {tab === 'tree' && showFilter.value ? (
        <FilterBar
          state={state}
          onClose={() => {
            showFilter.value = false;
          }}
        />
      ) : null}
      {state.leftOut > 0 ? (
        <p class="nothing">{`${plural(state.leftOut, 'step')} more than can be shown here: the log has all.`}</p>
      ) : null}
      <div class={`split ${isWide.value ? 'is-wide' : ''}`} ref={area}>
        <div
          class="panel"
          id="run-panel"
          role="tabpanel"
          aria-label={tabNames.find(({ id }) => id === tab)?.name}
          style={{ flexGrow: 1 - share }}
        >
          {tab === 'tree' ? <TreeTab state={state} /> : null}
          {tab === 'timeline' ? <TimelineTab state={state} /> : null}
          {tab === 'coverage' ? <CoverageTab state={state} /> : null}
        </div>
        {selected ? (
          <>
            <Splitter state={state} isWide={isWide.value} />
            <div class="panel detail-panel" style={{ flexGrow: share }}>
              <DetailPane state={state} entry={selected} />
            </div>
          </>
        ) : null}
      </div>
      <p class="visually-hidden" aria-live="polite">
        {announcement(state)}
      </p>
    </main>
  );
}

/** Announced to screen readers when the run ends. */
function announcement(state: ViewState): string {
  const status = state.model.root?.node.status;
  if (state.live || status === undefined) return '';
  return status === 'ok' ? 'The run has its answer.' : 'The run has ended without an answer.';
}

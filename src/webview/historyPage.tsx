import { dollars, duration, plural, tokenCount } from '../ground/figures';
import type { HistoryEntry } from '../trajectory/viewProtocol';
import { Icon } from './icon';
import { IconButton } from './iconButton';
import { statusName } from './rowText';
import type { ViewState } from './viewState';

const icons = {
  running: 'record',
  ok: 'check',
  error: 'error',
  stopped: 'circle-slash',
  cancelled: 'circle-slash',
} as const;

/** The runs of this machine, newest first. */
export function HistoryPage({ state }: { state: ViewState }) {
  const runs = state.history.value;
  return (
    <main class="page history">
      <div class="page-head">
        <h1>History</h1>
        {state.run.value ? (
          <IconButton icon="arrow-left" label="Back to the run" onClick={() => state.show('run')} />
        ) : null}
        <IconButton
          icon="comment-discussion"
          label="Ask a question"
          onClick={() => state.show('ask')}
        />
      </div>
      {runs === null ? <p class="nothing">Reading…</p> : null}
      {runs?.length === 0 ? <p class="nothing">No question was asked yet.</p> : null}
      <ul class="runs" aria-label="Past runs">
        {runs?.map((run) => (
          <li key={run.id} class="past-run">
            <button type="button" class="past-open" onClick={() => state.openRun(run.id)}>
              <Icon name={icons[run.status]} class={`node-icon is-${run.status} kind-run`} />
              <span class="past-words">
                <span class="past-question">{run.question}</span>
                <span class="past-figures">{figures(run)}</span>
              </span>
            </button>
            <span class="past-tools">
              <IconButton
                icon="refresh"
                label={`Ask again: ${run.question}`}
                onClick={() => state.host.post({ type: 'rerun', run: run.id })}
              />
              <IconButton
                icon="export"
                label={`Export: ${run.question}`}
                onClick={() => state.host.post({ type: 'export-run', run: run.id })}
              />
              {run.status === 'running' ? null : (
                <IconButton
                  icon="trash"
                  label={`Delete: ${run.question}`}
                  onClick={() => state.host.post({ type: 'delete-run', run: run.id })}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
    </main>
  );
}

function figures(run: HistoryEntry): string {
  const cost = run.costUnknown
    ? run.costUsd > 0
      ? `at least ${dollars(run.costUsd)}`
      : 'cost unknown'
    : run.costUsd > 0
      ? dollars(run.costUsd)
      : '';
  const date = new Date(run.started).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return [
    statusName[run.status],
    date,
    run.status === 'running' ? '' : duration(run.durationMs),
    cost,
    run.tokens > 0 ? `${tokenCount(run.tokens)} tokens` : '',
    run.calls > 0 ? plural(run.calls, 'call') : '',
    run.model,
  ]
    .filter(Boolean)
    .join(' · ');
}

import { budgetLines } from './budget';
import { Icon } from './icon';
import { IconButton } from './iconButton';
import { headerLine, statusName } from './rowText';
import type { ViewState } from './viewState';

/** The question, its state, and the nearest limit. */
export function Header({ state }: { state: ViewState }) {
  const run = state.run.value;
  state.frame.value;
  const root = state.model.root;
  if (!run || !root) return null;
  const now = state.now.value;
  const { status, reason } = root.node;
  const report = state.model.report?.node.summary ?? '';
  const icon = {
    running: 'record',
    ok: 'pass',
    error: 'error',
    stopped: 'circle-slash',
    cancelled: 'circle-slash',
  }[status];
  return (
    <header class="header">
      <div class="question-line">
        <Icon name={icon} class={`node-icon is-${status} kind-run`} />
        <h1 class="question-heading">
          {' '}
          <button
            type="button"
            class="question"
            title={run.question}
            aria-label={`${run.question}, ${statusName[status]}. Show its details`}
            onClick={() => state.select(root.node.id)}
          >
            {root.node.summary}
          </button>
        </h1>
        {status === 'running' ? (
          <IconButton
            icon="debug-stop"
            label="Stop the run"
            onClick={() => state.host.post({ type: 'stop', node: null })}
          />
        ) : (
          <>
            {status === 'cancelled' ? (
              <IconButton
                icon="debug-continue"
                label="Resume: go on where it was, with the replies it has"
                onClick={() => state.host.post({ type: 'resume-run', run: run.id })}
              />
            ) : null}
            <IconButton
              icon="refresh"
              label="Ask again"
              onClick={() => state.host.post({ type: 'ask-again', node: root.node.id })}
            />
          </>
        )}
      </div>
      <p class="figures-line">{headerLine(run, root, now)}</p>
      {report ? <p class="figures-line report-line">{report}</p> : null}
      {reason && status !== 'ok' ? <p class="reason-line">{reason}</p> : null}
      <Budget state={state} />
    </header>
  );
}

/** A thin bar for the nearest limit; all limits when it is opened. */
function Budget({ state }: { state: ViewState }) {
  const run = state.run.value;
  const { root } = state.model;
  const lines = run && root ? budgetLines(run, root, state.sums.value, state.now.value) : [];
  const nearest = lines[0];
  if (!nearest) return null;
  const share = nearest.share ?? 0;
  const text = (line: typeof nearest) =>
    `${line.used}${line.limit === null ? ', no limit' : ` of ${line.limit}`}`;
  return (
    <details class="budget">
      <summary aria-label={`Budget. Nearest limit: ${nearest.name}, ${text(nearest)}`}>
        <span class="meter" aria-hidden="true">
          <span
            class={`fill ${share > 0.8 ? 'is-near' : ''}`}
            style={{ width: `${share * 100}%` }}
          />
        </span>
        <span class="meter-text">
          {nearest.name} {text(nearest)}
        </span>
      </summary>
      <dl>
        {lines.map((line) => (
          <div key={line.name} class="budget-line">
            <dt>{line.name}</dt>
            <dd>
              <span class="meter" aria-hidden="true">
                <span
                  class={`fill ${(line.share ?? 0) > 0.8 ? 'is-near' : ''}`}
                  style={{ width: `${(line.share ?? 0) * 100}%` }}
                />
              </span>
              <span class="meter-figure">{text(line)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

import { duration, tokenCount } from '../ground/figures';
import { CodeText } from './codeText';
import { type DetailPart, detailParts } from './detailParts';
import { NodeIcon } from './icon';
import { IconButton } from './iconButton';
import { costFigure, kindName, mistakeIn, rowText, statusName } from './rowText';
import type { Entry } from './runModel';
import { TabBar } from './tabBar';
import type { ViewState } from './viewState';

/** The detail of the selected node. */
export function DetailPane({ state, entry }: { state: ViewState; entry: Entry }) {
  state.frame.value;
  const { node } = entry;
  const parts = detailParts(entry);
  const active = parts.find(({ name }) => name === state.part.value) ?? parts[0];
  const stoppable =
    state.live && node.status === 'running' && (node.kind === 'child' || node.kind === 'batch');
  const close = () => {
    state.select(null);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.row[tabindex="0"]')?.focus());
  };
  const { summary, remark } = rowText(entry);
  const why = mistakeIn(entry) || remark;
  return (
    <section
      class="detail"
      aria-label={`Details of ${summary}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <div class="detail-head">
        <NodeIcon node={node} />
        <h2 title={summary}>{summary}</h2>
        {stoppable ? (
          <IconButton
            icon="debug-stop"
            label={`Stop this ${node.kind === 'batch' ? 'batch' : 'child run'}`}
            onClick={() => state.host.post({ type: 'stop', node: node.id })}
          />
        ) : null}
        <IconButton
          icon="refresh"
          label="Ask again from here"
          onClick={() => state.host.post({ type: 'ask-again', node: node.id })}
        />
        <IconButton icon="close" label="Close details" onClick={close} />
      </div>
      <p class="detail-figures">{figuresLine(entry, state.now.value)}</p>
      {why ? <p class="detail-remark">{why}</p> : null}
      {active ? (
        <Texts state={state} parts={parts} active={active} />
      ) : (
        <p class="nothing">
          {node.status === 'running'
            ? 'It has not said anything yet.'
            : 'This step has no further detail.'}
        </p>
      )}
    </section>
  );
}

function Texts({
  state,
  parts,
  active,
}: {
  state: ViewState;
  parts: readonly DetailPart[];
  active: DetailPart;
}) {
  const nodes = active.sources.map(({ node }) => node);
  const part = active.sources[0]?.part;
  return (
    <>
      <TabBar
        label="Texts of this step"
        tabs={parts.map(({ name }) => ({ id: name, name }))}
        active={active.name}
        controls="detail-texts"
        onSelect={(name) => {
          state.part.value = name;
          state.saveNow();
        }}
      >
        {part ? (
          <div class="tools">
            <IconButton
              icon="copy"
              label={`Copy ${active.name.toLowerCase()}`}
              onClick={() => state.host.post({ type: 'copy-body', nodes, part })}
            />
            <IconButton
              icon="go-to-file"
              label={`Open ${active.name.toLowerCase()} in an editor`}
              onClick={() => state.host.post({ type: 'open-body', nodes, part })}
            />
          </div>
        ) : null}
      </TabBar>
      <div class="texts" id="detail-texts" role="tabpanel" aria-label={active.name}>
        {active.sources.map((source) => {
          const body = state.body(source.node, source.part);
          if (!body) return <p class="nothing">Reading…</p>;
          if (body.text === null)
            return <p class="nothing">The log of this run does not have it.</p>;
          const cut = body.totalLength - body.text.length;
          return (
            <div key={`${source.node} ${source.part}`} class="text">
              <CodeText text={body.text} language={active.language} label={active.name} />
              {cut > 0 ? (
                <p class="nothing">{`${tokenCount(cut)} more characters: open it in an editor to see all.`}</p>
              ) : null}
            </div>
          );
        })}
      </div>
    </>
  );
}

/** What it is, how it went, and its figures: its own, and with all below if that differs. */
function figuresLine({ node, children }: Entry, now: number): string {
  const ms = (node.ended ?? now) - node.started;
  const waited = (node.workingSince ?? node.started) - node.started;
  const cost = costFigure(node);
  const own = node.ownTokens ?? 0;
  return [
    `${kindName[node.kind]}, ${statusName[node.status]}`,
    duration(ms),
    waited >= 50 ? `of which ${duration(waited)} waiting` : '',
    node.tokens
      ? `${node.estimated ? '~' : ''}${tokenCount(node.tokens)} tokens${own > 0 && own < node.tokens ? `, ${tokenCount(own)} its own` : ''}`
      : '',
    cost === '–' ? 'cost unknown' : cost,
    children.length > 0 && (node.calls ?? 0) > 1 ? `${node.calls} model calls` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

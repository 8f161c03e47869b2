import {
  type Filter,
  type FilterKind,
  type FilterStatus,
  isFiltering,
  kindsOf,
  noFilter,
} from './filter';
import { IconButton } from './iconButton';
import type { ViewState } from './viewState';

const statuses: readonly FilterStatus[] = ['running', 'failed', 'done'];
const costs: readonly number[] = [0.001, 0.01, 0.1];

/** Filters the tree by text, kind, status and cost. */
export function FilterBar({ state, onClose }: { state: ViewState; onClose: () => void }) {
  const filter = state.filter.value;
  const set = (change: Partial<Filter>) => {
    state.filter.value = { ...state.filter.value, ...change };
    state.saveNow();
  };
  const kinds = Object.keys(kindsOf).filter((kind): kind is FilterKind =>
    Object.hasOwn(kindsOf, kind),
  );
  return (
    <search class="filter-bar" aria-label="Filter the steps">
      <input
        type="text"
        class="filter-text"
        placeholder="Filter"
        aria-label="Filter by text"
        value={filter.text}
        onInput={(event) => set({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          set(noFilter);
          onClose();
        }}
      />
      {isFiltering(filter) ? (
        <IconButton icon="clear-all" label="Clear the filter" onClick={() => set(noFilter)} />
      ) : null}
      <select
        aria-label="Filter by kind"
        value={filter.kind ?? ''}
        onChange={(event) =>
          set({ kind: kinds.find((kind) => kind === event.currentTarget.value) ?? null })
        }
      >
        <option value="">any kind</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </select>
      <select
        aria-label="Filter by status"
        value={filter.status ?? ''}
        onChange={(event) =>
          set({ status: statuses.find((status) => status === event.currentTarget.value) ?? null })
        }
      >
        <option value="">any status</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {status}
          </option>
        ))}
      </select>
      <select
        aria-label="Filter by cost"
        value={filter.minCostUsd === null ? '' : String(filter.minCostUsd)}
        onChange={(event) =>
          set({
            minCostUsd: costs.find((cost) => String(cost) === event.currentTarget.value) ?? null,
          })
        }
      >
        <option value="">any cost</option>
        {costs.map((cost) => (
          <option key={cost} value={String(cost)}>
            {`from $${cost}`}
          </option>
        ))}
      </select>
    </search>
  );
}

import { useSignal } from '@preact/signals';
import { IconButton } from './iconButton';
import type { ViewState } from './viewState';

const examples = [
  'How is this repository organised, and where does it start?',
  'Where are errors handled, and which are swallowed?',
  'What would break if the format of the configuration changed?',
] as const;

/** An introduction, a box for a question, and three questions to try. */
export function AskPage({ state }: { state: ViewState }) {
  const question = useSignal('');
  const setup = state.setup.value;
  const ask = (text: string) => {
    const asked = text.trim();
    if (asked) state.host.post({ type: 'ask', question: asked });
  };
  const folders = setup?.folders ?? [];
  return (
    <main class="page ask">
      <div class="page-head">
        <h1>Ask about {folders.length > 0 ? folders.join(', ') : 'a repository'}</h1>
        {state.run.value ? (
          <IconButton icon="arrow-left" label="Back to the run" onClick={() => state.show('run')} />
        ) : null}
      </div>
      <p>
        A model writes code that searches the whole repository, asks smaller models about the
        pieces, and answers with citations. Here you watch it work.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask(question.value);
        }}
      >
        <textarea
          rows={3}
          aria-label="Your question"
          placeholder="Where are requests authenticated, and what limits them?"
          value={question.value}
          onInput={(event) => {
            question.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            ask(question.value);
          }}
        />
        <button type="submit" class="primary" disabled={question.value.trim() === ''}>
          Ask
        </button>
      </form>
      <h2>For example</h2>
      <ul class="examples">
        {examples.map((example) => (
          <li key={example}>
            <button type="button" class="link" onClick={() => ask(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
      <p class="models">
        {setup?.model ? `Model: ${setup.model}. ` : 'No model is chosen yet. '}
        <button
          type="button"
          class="link"
          onClick={() => state.host.post({ type: 'select-model' })}
        >
          {setup?.model ? 'Change' : 'Choose a model'}
        </button>
        {' · '}
        <button type="button" class="link" onClick={() => state.show('history')}>
          History
        </button>
      </p>
    </main>
  );
}

import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import { createLowlight } from 'lowlight';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { visibleText } from './visibleText';

const lowlight = createLowlight({ json, markdown, python });

/** Longer texts, in UTF-16 units, are not coloured: that would block the page. */
const mostColoured = 60_000;

type Tree = ReturnType<typeof lowlight.highlight>;
type Child = Tree['children'][number];

export interface CodeTextProps {
  readonly text: string;
  readonly language: 'python' | 'markdown' | 'plain';
  readonly label: string;
}

/** Shows a text, with line numbers if it is code. Colours are elements of our own, never HTML. */
export function CodeText({ text, language, label }: CodeTextProps) {
  const shown = useMemo(() => visibleText(text), [text]);
  const coloured = useMemo(() => colour(shown, language), [shown, language]);
  const lines = language === 'python' ? shown.trimEnd().split('\n').length : 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="code-text" aria-label={label} tabIndex={0}>
      {lines > 0 ? (
        <pre class="line-numbers" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => index + 1).join('\n')}
        </pre>
      ) : null}
      <pre class={`code ${language === 'python' ? '' : 'is-wrapped'}`}>{coloured}</pre>
    </section>
  );
}

function colour(text: string, language: CodeTextProps['language']): ComponentChildren {
  const json = language === 'plain' && /^\s*[[{]/.test(text);
  if (text.length > mostColoured || (language === 'plain' && !json)) return text;
  return lowlight.highlight(json ? 'json' : language, text).children.map(elementOf);
}

function elementOf(child: Child): ComponentChildren {
  if (child.type === 'text') return child.value;
  if (child.type !== 'element') return null;
  const { className } = child.properties;
  const names = Array.isArray(className) ? className.join(' ') : '';
  return <span class={names}>{child.children.map(elementOf)}</span>;
}

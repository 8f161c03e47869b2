import type { Section } from './scoreBlocks';

/** A prompt to a sub-model, taken apart. */
export interface SubPrompt {
  readonly question: string;
  /** How much each term says, when the prompt says so: `Weights: {"cell": 1.5}`. */
  readonly weights: Readonly<Record<string, number>> | null;
  /** True when words count within other words as well, because the prompt says `withinWords`. */
  readonly anywhere: boolean;
  readonly sections: readonly Section[];
}

/** What a prompt says when nothing was found where words start. */
export const withinWords = 'Words count within other words, too.';

const header = /^=== (.+?)(?::(\d+)-(\d+))? ===$/;

/**
 * Takes any prompt apart. The root's own have a line `Question:` and a header `=== path:start-end ===`
 * above each text. Of others the question is what stands in `<question>`, after `Question:`, or in the
 * first paragraph, and the rest is the text.
 */
export function parseSubPrompt(prompt: string): SubPrompt {
  const lines = prompt.split(/\r?\n/);
  const first = lines.findIndex((line) => header.test(line));
  if (first >= 0) {
    const lead = lines.slice(0, first);
    return {
      question: questionIn(lead.join('\n')) ?? lead.join(' ').trim(),
      weights: weightsIn(lead),
      anywhere: lead.includes(withinWords),
      sections: sectionsOf(lines.slice(first)),
    };
  }
  const marked = questionIn(prompt);
  const [paragraph = '', ...rest] = prompt.trim().split(/\n\s*\n/);
  const text = marked === null ? rest.join('\n\n') : prompt.replace(marked, '');
  const textLines = text.split(/\r?\n/);
  return {
    question: marked ?? paragraph,
    weights: null,
    anywhere: false,
    sections: text.trim() === '' ? [] : [{ path: '', firstLine: 1, lines: textLines }],
  };
}

function questionIn(text: string): string | null {
  const tagged = /<question>\s*([\s\S]+?)\s*<\/question>/.exec(text)?.[1];
  return tagged ?? /^\s*Question:\s*(\S.*)$/im.exec(text)?.[1]?.trim() ?? null;
}

function weightsIn(lead: readonly string[]): Readonly<Record<string, number>> | null {
  const json = lead.flatMap((line) => /^Weights: (\{.*\})$/.exec(line)?.[1] ?? []).at(-1);
  if (json === undefined) return null;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return null;
    const pairs = Object.entries(value).flatMap(([label, weight]: [string, unknown]) =>
      typeof weight === 'number' && weight > 0 ? [[label, weight] as const] : [],
    );
    return pairs.length > 0 ? Object.fromEntries(pairs) : null;
  } catch {
    // Not ours then: a prompt may have a line that only looks alike.
    return null;
  }
}

/** Lines within the range of a header are text, even when they look like a header themselves. */
function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: { path: string; firstLine: number; lines: string[]; length: number }[] = [];
  for (const line of lines) {
    const open = sections.at(-1);
    const found = open && open.lines.length < open.length ? null : header.exec(line);
    if (found?.[1] !== undefined) {
      const firstLine = Number(found[2] ?? 1);
      const length = found[3] === undefined ? 0 : Number(found[3]) - firstLine + 1;
      sections.push({ path: found[1], firstLine, lines: [], length });
    } else {
      open?.lines.push(line);
    }
  }
  return sections.map(({ path, firstLine, lines: text, length }) => ({
    path,
    firstLine,
    lines: withoutNumbers(length > 0 ? text.slice(0, length) : text, firstLine),
  }));
}

/** The lines of a text without their numbers, where all of them have one. */
function withoutNumbers(lines: readonly string[], firstLine: number): readonly string[] {
  const heads = lines.map((_, index) => `${firstLine + index}\t`);
  const numbered = lines.every((line, index) => line.startsWith(heads[index] ?? ''));
  return numbered ? lines.map((line, index) => line.slice(heads[index]?.length)) : lines;
}

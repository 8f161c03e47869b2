import type { ModelRequest, ScriptedReply } from './modelScript';

/** A report that a scripted model writes: its sections come from sub-calls, 16 at a time. */
export interface ReportScript {
  readonly sections: number;
  /** Characters of a section, without its heading; ASCII. */
  readonly sectionChars: number;
  /** Waits before a section is written. */
  readonly before?: (section: number) => Promise<void>;
}

/** What the model says: as root it reserves all sections and has them filled, as sub-LM it fills one. */
export function writeReport({ sections, sectionChars, before }: ReportScript) {
  return async (request: ModelRequest): Promise<ScriptedReply> => {
    if (request.speaker === 'sub') {
      const section = Number(/section (\d+)/.exec(request.prompt)?.[1]);
      await before?.(section);
      return sectionText(section, sectionChars);
    }
    const done = request.messages.some(({ role }) => role === 'assistant');
    return done
      ? 'I answer.\n\n```repl\nfiles()\nFINAL("The report is written.")\n```'
      : `I write.\n\n\`\`\`repl\n${code(sections)}\n\`\`\``;
  };
}

function code(sections: number): string {
  return [
    'from concurrent.futures import ThreadPoolExecutor',
    `places = [report.section(f"Section {n}") for n in range(${sections})]`,
    'def fill(n):',
    '    places[n].fill(llm_query(f"section {n}"))',
    'with ThreadPoolExecutor(16) as pool:',
    `    list(pool.map(fill, range(${sections})))`,
  ].join('\n');
}

/** The text of a section: lines of 80 characters. */
function sectionText(section: number, chars: number): string {
  const line = `Section ${section} says little, and takes some room to say it in \`src/gauge.py:1\`.`;
  const lines = `${line.padEnd(79, '.')}\n`;
  return lines
    .repeat(Math.ceil(chars / lines.length))
    .slice(0, chars - 1)
    .concat('\n');
}

/** All of the report, as it must be in its file. */
export function* reportText({ sections, sectionChars }: ReportScript): Generator<string> {
  for (let n = 0; n < sections; n++) {
    yield `${n === 0 ? '' : '\n'}## Section ${n}\n\n${sectionText(n, sectionChars)}`;
  }
}

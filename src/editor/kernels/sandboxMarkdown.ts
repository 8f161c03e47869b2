import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import type { KernelWish } from '../../question/question';
import { kernelTitle, type SandboxReport, sandboxVerdict } from '../../repl/sandboxReport';
import type { ProbeResult } from '../../repl/selfTest';

/** The sandbox reports as Markdown. */
export function sandboxMarkdown(
  reports: readonly SandboxReport[],
  { kernel, isolation }: Pick<KernelWish, 'kernel' | 'isolation'>,
): string {
  const parts = [
    '# The Python sandbox',
    `**${sandboxVerdict(reports, kernel)}**`,
    'Fathom answers by running Python that a language model writes. That code should reach nothing but Fathom, which checks every request. Below is the result of code that just now tried to reach more, in every kernel of this machine.',
    ...(isolation === 'off' ? [isolationNote] : []),
    ...reports.map(kernelText),
    '---',
    `Settings: \`fathom.kernel\` is \`${kernel}\`, \`fathom.isolation\` is \`${isolation}\`.`,
  ];
  return safeMarkdown(`${parts.join('\n\n')}\n`);
}

const isolationNote =
  '> **Isolation is turned off.** Where the native kernel is used, code of models can do all that you can. Set `fathom.isolation` to `on` to confine it.';

function kernelText(report: SandboxReport): string {
  const { usable, runs, note, probes } = report;
  const title = kernelTitle(report);
  const heading = `## ${usable ? '✅' : '❌'} ${title[0]?.toUpperCase()}${title.slice(1)}`;
  const facts = [usable ? 'Can be used' : 'Is not used', ...(runs === null ? [] : [code(runs)])];
  return [
    heading,
    facts.join(' · '),
    ...(note === null
      ? []
      : [
          note
            .split('\n')
            .map((line) => `> ${plain(line)}`)
            .join('\n'),
        ]),
    ...(probes.length === 0 ? [] : [table(probes)]),
  ].join('\n\n');
}

function table(probes: readonly ProbeResult[]): string {
  return [
    '| Could it …? | | What it got |',
    '| --- | --- | --- |',
    ...probes.map(
      ({ name, reachable, how }) =>
        `| ${plain(name)} | ${reachable ? '**yes** ⚠️' : 'no'} | ${code(how)} |`,
    ),
  ].join('\n');
}

/** Text of an interpreter as a code span that fits into a table. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|').trim();
  return line === '' ? 'nothing' : `\`${line}\``;
}

/** Plain text, escaped for Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

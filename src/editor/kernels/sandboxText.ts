import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import type { KernelWish } from '../../question/question';
import { kernelTitle, type SandboxReport, sandboxVerdict } from '../../repl/sandboxReport';
import type { ProbeResult } from '../../repl/selfTest';

/** What each kernel could and could not reach, as Markdown. */
export function sandboxText(
  reports: readonly SandboxReport[],
  { kernel, isolation }: Pick<KernelWish, 'kernel' | 'isolation'>,
): string {
  const parts = [
    '# The Python sandbox',
    `**${sandboxVerdict(reports, kernel)}**`,
    'Fathom answers by running Python that a language model writes. That code is meant to reach nothing but Fathom, which checks all that it asks for. Below is what came of code that tried to get further, in every kernel there could be on this machine, just now.',
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

/** Text that is no Markdown, as it stands. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

import {
  env,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { RevisionList } from '../../../contract/engineContract';
import {
  needsRevisions,
  type ReportTemplate,
  type Revisions,
} from '../../../rlm/report/reportTemplates';
import { plainRow } from '../../plainText';
import { shorten } from '../../shorten';
import type { ReportChoices } from './reportChoices';
import type { ReportTarget } from './reportTarget';
import { type Picked, pickStep, type Step } from './stepPicker';

/** What the steps need to know. */
export interface ReportSteps {
  /** Names of the folders. */
  readonly about: string;
  readonly templates: readonly ReportTemplate[];
  /** The choices of the last time. */
  readonly last: Partial<ReportChoices>;
  readonly revisions: (signal: AbortSignal) => Promise<RevisionList>;
}

/** The choices so far. */
type Draft = Partial<ReportChoices>;

/** A step asks for one choice. @returns the draft with it, or what the user did instead. */
type Ask = (draft: Draft, place: StepPlace) => Promise<Draft | 'back' | 'cancel'>;

interface StepPlace {
  readonly step: number;
  readonly steps: number;
}

/** Asks for the choices step by step. Null when the user cancelled. */
export async function askForReport(options: ReportSteps): Promise<ReportChoices | null> {
  // Each step starts with the draft of the steps before it.
  const drafts: Draft[] = [{}];
  for (;;) {
    const draft = drafts.at(-1) ?? {};
    const steps = stepsFor(draft, options);
    const ask = steps[drafts.length - 1];
    if (!ask) return complete(draft);
    const next = await ask(draft, { step: drafts.length, steps: steps.length });
    if (next === 'cancel') return null;
    if (next === 'back') drafts.pop();
    else drafts.push(next);
  }
}

function complete({ template, subject, revisions, language, target }: Draft): ReportChoices {
  return {
    template: template ?? null,
    subject: subject ?? '',
    revisions: revisions ?? null,
    language: language ?? '',
    target: target ?? { kind: 'document' },
  };
}

function stepsFor({ template }: Draft, options: ReportSteps): readonly Ask[] {
  const chosen = options.templates.find(({ name }) => name === template);
  const revisions = chosen && needsRevisions(chosen);
  return [
    askSubject(options),
    ...(revisions ? [askRevision(options, 'from'), askRevision(options, 'to')] : []),
    askLanguage(options),
    askTarget(options),
  ];
}

interface TextItem extends QuickPickItem {
  readonly value: string;
  /** The user's own subject of the last time. */
  readonly subject?: string;
}

/** A row for the typed text. It is always shown, and first, so that Enter takes it. */
function typedRow(label: string, value: string): TextItem {
  return { label: plainRow(label), value, iconPath: new ThemeIcon('edit'), alwaysShow: true };
}

function subjectAgain(subject: string): TextItem {
  const label = plainRow(`Write about “${shorten(subject, 60)}” again`);
  return { label, value: '', subject, iconPath: new ThemeIcon('history') };
}

function separator(label: string): TextItem {
  return { label, value: '', kind: QuickPickItemKind.Separator };
}

function askSubject({ about, templates, last }: ReportSteps): Ask {
  return async (_draft, place) => {
    const picked = await pickText({
      ...place,
      title: `Generate Report about ${about}`,
      placeholder: 'Choose a kind of report, or type a subject of your own',
      items: (typed) => [
        ...(typed === '' ? [] : [typedRow(`Write about “${typed}”`, '')]),
        ...(typed === '' && last.subject ? [subjectAgain(last.subject)] : []),
        ...templates.map(({ name, title, description }) => ({
          label: plainRow(title),
          description: plainRow(description),
          value: name,
        })),
      ],
      active: ({ value, subject }) =>
        last.template ? value === last.template : subject !== undefined,
    });
    if (picked.kind !== 'item') return picked.kind;
    const { item, typed } = picked;
    return item.value === '' ? { subject: item.subject ?? typed } : { template: item.value };
  };
}

function askRevision({ about, last, revisions }: ReportSteps, end: keyof Revisions): Ask {
  return async (draft, place) => {
    let list: RevisionList | null = null;
    const before = end === 'to' ? draft.revisions?.from : undefined;
    const picked = await pickText({
      ...place,
      title: `Change log of ${about}: ${end === 'from' ? 'from which revision' : `from ${before} to which`}`,
      placeholder: 'A tag, a commit, or the name of any revision',
      items: (typed) =>
        revisionRows(typed, list, end).filter(({ value }) => value !== before || !value),
      active: ({ value }) => value === (last.revisions?.[end] ?? ''),
      more: async (show, signal) => {
        list = await revisions(signal);
        if (!signal.aborted) show();
      },
    });
    if (picked.kind !== 'item') return picked.kind;
    const name = picked.item.value;
    const chosen = end === 'from' ? { from: name, to: 'HEAD' } : { from: before ?? '', to: name };
    return { ...draft, revisions: chosen };
  };
}

function revisionRows(
  typed: string,
  list: RevisionList | null,
  end: keyof Revisions,
): readonly TextItem[] {
  const known = list?.kind === 'listed' ? list.revisions : [];
  const rows = (kind: 'tag' | 'commit') =>
    known
      .filter((revision) => revision.kind === kind)
      .map(({ name, date, subject }) => ({
        label: plainRow(name),
        description: `${date} · ${plainRow(subject)}`,
        iconPath: new ThemeIcon(kind === 'tag' ? 'tag' : 'git-commit'),
        value: name,
      }));
  const [tags, commits] = [rows('tag'), rows('commit')];
  const head = { label: 'HEAD', description: 'the last commit', value: 'HEAD' };
  return [
    ...(typed === '' || known.some(({ name }) => name === typed)
      ? []
      : [typedRow(`Use “${typed}”`, typed)]),
    ...(end === 'to' ? [{ ...head, iconPath: new ThemeIcon('git-commit') }] : []),
    ...(tags.length > 0 ? [separator('Tags'), ...tags] : []),
    ...(commits.length > 0 ? [separator('Commits'), ...commits] : []),
    ...(list?.kind === 'unknown' ? [separator(plainRow(list.reason))] : []),
  ];
}

function askLanguage({ last }: ReportSteps): Ask {
  return async (draft, place) => {
    const names = reportLanguages(env.language);
    const picked = await pickText({
      ...place,
      title: 'Language of the report',
      placeholder: 'Choose a language, or type another',
      items: (typed) => [
        ...names.map((name, index) => ({
          label: name,
          ...(index === 0 ? { description: 'the language of the editor' } : {}),
          value: name,
        })),
        ...(typed === '' || names.some((name) => name.toLowerCase() === typed.toLowerCase())
          ? []
          : [typedRow(`Write in “${typed}”`, typed)]),
      ],
      active: ({ value }) => value === (last.language ?? names[0]),
    });
    return picked.kind === 'item' ? { ...draft, language: picked.item.value } : picked.kind;
  };
}

interface TargetItem extends QuickPickItem {
  readonly kindOf: ReportTarget['kind'];
}

function askTarget({ last }: ReportSteps): Ask {
  return async (draft, place) => {
    const items: readonly TargetItem[] = [
      { label: 'New editor document', kindOf: 'document', iconPath: new ThemeIcon('new-file') },
      { label: 'A file…', kindOf: 'file', iconPath: new ThemeIcon('save-as') },
      { label: 'The end of a file…', kindOf: 'append', iconPath: new ThemeIcon('diff-added') },
    ];
    for (;;) {
      const picked = await pickStep({
        ...place,
        title: 'Where the report goes',
        placeholder: 'It also grows in an editor document',
        items: () => items,
        active: ({ kindOf }) => kindOf === (last.target?.kind ?? 'document'),
      });
      if (picked.kind !== 'item') return picked.kind;
      const target = await targetOf(picked.item.kindOf, last.target);
      // Closing the dialog leads back to the choice.
      if (target) return { ...draft, target };
    }
  };
}

async function targetOf(
  kind: ReportTarget['kind'],
  last: ReportTarget | undefined,
): Promise<ReportTarget | null> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const before = last && last.kind === kind && last.kind !== 'document' ? last.uri : null;
  const filters = { Markdown: ['md', 'markdown'] };
  switch (kind) {
    case 'document':
      return { kind };
    case 'file': {
      const start = before ?? (folder && Uri.joinPath(folder, 'report.md'));
      const uri = await window.showSaveDialog({
        ...(start ? { defaultUri: start } : {}),
        filters,
        title: 'Where the report goes',
      });
      return uri ? { kind, uri } : null;
    }
    case 'append': {
      const start = before ?? folder;
      const uris = await window.showOpenDialog({
        ...(start ? { defaultUri: start } : {}),
        filters,
        openLabel: 'Append Report',
        title: 'Append the report to a file',
      });
      const uri = uris?.[0];
      return uri ? { kind, uri } : null;
    }
  }
}

function pickText(step: Step<TextItem>): Promise<Picked<TextItem>> {
  return pickStep(step);
}

/** The languages offered for a report. Any other can be typed. */
const offered = [
  'en',
  'de',
  'es',
  'fr',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt-BR',
  'tr',
  'uk',
  'zh-CN',
];

/** Names of languages, the editor's first. @param ui the editor's language, for example `de`. */
function reportLanguages(ui: string): readonly string[] {
  const own = nameOf(ui);
  return [...new Set([own, ...offered.map(nameOf)])];
}

function nameOf(code: string): string {
  try {
    const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
  } catch {
    return code;
  }
}

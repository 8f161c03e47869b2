import catalogueFile from './cells/catalogue.py' with { type: 'text' };
import architectureFile from './cells/reports/architecture.py' with { type: 'text' };
import changeLogFile from './cells/reports/changeLog.py' with { type: 'text' };
import glossaryFile from './cells/reports/glossary.py' with { type: 'text' };
import onboardingFile from './cells/reports/onboarding.py' with { type: 'text' };
import referenceFile from './cells/reports/reference.py' with { type: 'text' };
import securityFile from './cells/reports/security.py' with { type: 'text' };
import testGapsFile from './cells/reports/testGaps.py' with { type: 'text' };
import sourceFile from './cells/source.py' with { type: 'text' };
import type { WantedReport } from './conversation';
import { cellOf, piecesOf } from './pythonCell';

/** The cells that write a report. */
export interface ReportCells {
  /** Reserves its sections. */
  readonly outline: string;
  /** Fills them. */
  readonly sections: string;
  /** Says in the answer what the report has. */
  readonly answer: string;
}

const source = piecesOf(sourceFile);
const definitions = source('definitions');

/** By the name of the template, in `prompts/reports/`. */
const templates: ReadonlyMap<string, string> = new Map([
  ['architecture-overview', architectureFile],
  ['api-reference', referenceFile],
  ['onboarding-guide', onboardingFile],
  ['security-review', securityFile],
  ['test-gaps', testGapsFile],
  ['glossary', glossaryFile],
  ['change-log', changeLogFile],
]);

/** The cells for a report of one of Fathom's own templates; null for others. */
export function reportCells({ template, language, revisions }: WantedReport): ReportCells | null {
  const file = templates.get(template);
  if (file === undefined) return null;
  const report = piecesOf(file);
  const english = /^(?:|english.*|en)$/i.test(language.trim());
  const list = source('list', { LANGUAGE_NOTE: english ? '' : ' It can only be in English.' });
  let outline: string;
  if (file !== changeLogFile) outline = report('outline');
  else if (revisions === null) return null;
  else outline = report('outline', { FROM: revisions.from, TO: revisions.to });
  return {
    outline: cellOf(list, definitions, outline),
    sections: report('sections'),
    answer: source('answer'),
  };
}

/** The cells that describe every part of a repository: what it defines and says about itself. */
export function catalogueCells(per: 'folder' | 'file'): ReportCells {
  const catalogue = piecesOf(catalogueFile);
  return {
    outline: cellOf(source('list'), definitions, catalogue('outline', { PER: per })),
    sections: catalogue('sections'),
    answer: catalogue('answer'),
  };
}

const every =
  /\b(?:describe|document|list|explain|summari[sz]e|outline|catalogu?e|walk through)\b[^.?!]*\b(?:every|each|all)\b[^.?!]*?\b(modules?|files?|folders?|director(?:y|ies)|packages?|components?|functions?|methods?|class(?:es)?|types?|definitions?|symbols?|apis?)\b/i;

/** What each section of a report is to be about; null when the question is not about every part. */
export function partsOf(question: string): 'folder' | 'file' | null {
  const part = every.exec(question)?.[1];
  if (part === undefined) return null;
  return /^(?:module|folder|director|package|component)/i.test(part) ? 'folder' : 'file';
}

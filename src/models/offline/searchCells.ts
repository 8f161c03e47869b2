import answersFile from './cells/answers.py' with { type: 'text' };
import documentsFile from './cells/documents.py' with { type: 'text' };
import filesFile from './cells/files.py' with { type: 'text' };
import overviewFile from './cells/overview.py' with { type: 'text' };
import placesFile from './cells/places.py' with { type: 'text' };
import searchFile from './cells/search.py' with { type: 'text' };
import { findingPattern } from './finding';
import { cellOf, piecesOf } from './pythonCell';
import type { QuestionTerms, Term } from './questionTerms';
import { freeStemLength, wordEndings } from './stem';
import { withinWords } from './subPrompt';

/*
 * The cells that the offline root writes to answer a question. People read them in the recursion view:
 * it is code that a careful person would write, with the question's words as literals.
 */

const search = piecesOf(searchFile);
const files = piecesOf(filesFile);
const documents = piecesOf(documentsFile);
const places = piecesOf(placesFile);
const overview = piecesOf(overviewFile);
const answers = piecesOf(answersFile);

/** Counts the terms in every file and ranks the files. */
export function lookAtRepository({ terms, aboutTests, aboutDocs }: QuestionTerms): string {
  const sought = [...(aboutTests ? ['tests'] : []), ...(aboutDocs ? ['docs'] : [])];
  return cellOf(words(terms), looks(), files('files', { SOUGHT: sought }), files('rank'));
}

/** Ranks the files again, for terms wherever they are. */
export function lookWiderInRepository({ terms }: QuestionTerms): string {
  return cellOf(words(terms), search('looks within words'), files('rank'));
}

/** Counts the terms in every document and ranks them. */
export function lookAtDocuments({ terms }: QuestionTerms, names: readonly string[]): string {
  return cellOf(
    words(terms),
    openDocuments(names),
    looks(),
    documents('ranking'),
    documents('rank'),
  );
}

/** Ranks the documents again, for terms wherever they are. */
export function lookWiderInDocuments({ terms }: QuestionTerms): string {
  return cellOf(words(terms), search('looks within words'), documents('rank'));
}

/** Chooses the parts of the best texts that are worth a sub-call. */
export function chooseParts(kind: 'repository' | 'value'): string {
  const choose = places('choose');
  return kind === 'repository' ? cellOf(files('parts'), choose) : choose;
}

/** Has the chosen parts read by sub-calls, and picks the best of the places that they name. */
export function askAboutParts(question: string, anywhere: boolean): string {
  return places('ask', {
    QUESTION: question,
    HOW: anywhere ? `\n${withinWords}` : '',
    PLACE: findingPattern,
  });
}

/** Puts the answer together from the places found, and submits it. */
export const answerFromPlaces = places('answer');

/** Submits a text that is known already. */
export function answerWithText(text: string): string {
  return answers('text', { TEXT: text });
}

/** The same about a repository, where files may have been passed over that are too large to be searched. */
export function nothingInRepository(text: string): string {
  return answers('nothing in files', { TEXT: text });
}

/** Ready again, after the answer was held back. */
export const submitAgain = answers('again');

/** Shows the layout and picks the files that describe a repository. */
export const overviewOfRepository = overview('repository');

/** The same for documents: their beginnings. */
export function overviewOfDocuments(names: readonly string[]): string {
  return cellOf(openDocuments(names), overview('documents'));
}

/** Puts an answer together from the beginnings of what describes the context. */
export const answerFromOverview = overview('answer');

/**
 * Says which lines each document has: `context` is documents that the host knows by name, or a value that
 * code passed on, a str, a list or a dict.
 */
function openDocuments(names: readonly string[]): string {
  const named = documents('documents');
  return names.length > 0 ? named : cellOf(documents('values'), named);
}

/** The terms as Python variables. */
function words(terms: readonly Term[]): string {
  const stemmed = terms.filter(hasStems).map((term) => [term.label, term.stems] as const);
  const care = terms
    .filter((term) => term.care < 1)
    .map((term) => [term.label, term.care] as const);
  return search('words', {
    WORDS: Object.fromEntries(stemmed),
    NAMES: terms.filter((term) => !hasStems(term)).map((term) => term.label),
    CARE: Object.fromEntries(care),
  });
}

/** The patterns of the terms; the Python of `stemPattern`, for ripgrep, which looks neither ahead nor behind. */
function looks(): string {
  return search('looks', { ENDINGS: wordEndings, LONG_ENOUGH: freeStemLength });
}

/** Letters a to z have word starts that a pattern can tell; other terms are looked for as they stand. */
function hasStems(term: Term): boolean {
  return term.kind === 'word' && term.stems.every((stem) => /^[a-z]+$/.test(stem));
}

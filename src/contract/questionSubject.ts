import type { PlaceMark } from '../repository/documents/placeMark';

/** What a question of the editor is about. Plain data, so that it can be kept for follow-ups. */
export type QuestionSubject =
  /** The open folders, as one repository. */
  | { readonly kind: 'workspace' /** Absolute paths. */; readonly folders: readonly string[] }
  /** Some folders, whose files are named as if the whole workspace were asked about. */
  | { readonly kind: 'folders'; readonly folders: readonly SubjectFolder[] }
  | { readonly kind: 'documents'; readonly documents: readonly SubjectSource[] };

export interface SubjectFolder {
  /** Absolute. */
  readonly path: string;
  /** How the paths in it begin: "" or something that ends with "/". */
  readonly prefix: string;
}

/** A document: a file of any format that can be read as text, or text as an editor has it. */
export type SubjectSource = {
  /** As citations name it: the path in the workspace. */
  readonly name: string;
} & (
  | { readonly from: 'file' /** Absolute. */; readonly path: string }
  | {
      readonly from: 'text';
      readonly text: string;
      /** The line of the file that the text begins with. */
      readonly firstLine: number;
      /** Where cells of a notebook begin in the text. */
      readonly marks?: readonly PlaceMark[];
      /** Of the file that the text is of, where there is one. */
      readonly path?: string;
    }
);

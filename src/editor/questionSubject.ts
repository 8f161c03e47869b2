/** What a question of the editor is about. */
export type QuestionSubject =
  /** The open folders, as one repository. */
  { readonly kind: 'workspace' /** Absolute paths. */; readonly folders: readonly string[] };

/** A citation found in the answer. */
export interface Citation {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** True when the file has those lines and they have what is quoted beside the citation. */
  readonly verified: boolean;
}

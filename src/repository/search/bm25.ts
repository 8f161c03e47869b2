/** Usual values (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.2). */
const k1 = 1.2;
const b = 0.75;

/**
 * The bonus for a word in the path, as a share of its idf: a file named after the thing is a better result than one that
 * mentions it, which the text alone (at most `k1 + 1`) can't show.
 */
const inFileName = 1.5;
const inFolderName = 0.5;

/** The part of a path in which a term occurs. */
export type PathHit = 'name' | 'folder' | null;

/** A matching file, with one entry per term. */
export interface Candidate {
  readonly counts: ArrayLike<number>;
  readonly inPath: readonly PathHit[];
}

/** BM25 over counts per term, with the file's path as a second field. */
export class Bm25 {
  readonly #weights: readonly number[];

  /** `totalFiles` is the number of files there are, matching or not. */
  constructor(terms: number, totalFiles: number, candidates: readonly Candidate[]) {
    const frequencies = new Array<number>(terms).fill(0);
    for (const candidate of candidates) {
      for (let term = 0; term < terms; term += 1) {
        if ((candidate.counts[term] ?? 0) > 0 || candidate.inPath[term]) {
          frequencies[term] = (frequencies[term] ?? 0) + 1;
        }
      }
    }
    const total = Math.max(totalFiles, candidates.length);
    this.#weights = frequencies.map((files) => Math.log(1 + (total - files + 0.5) / (files + 0.5)));
  }

  /** `length` is the file's length over the mean length; 0 gives the most that it could score. */
  score(candidate: Candidate, length: number): number {
    const norm = k1 * (1 - b + b * length);
    let score = 0;
    for (const [term, weight] of this.#weights.entries()) {
      const count = candidate.counts[term] ?? 0;
      const hit = candidate.inPath[term];
      if (count > 0) score += (weight * count * (k1 + 1)) / (count + norm);
      if (hit === 'name') score += weight * inFileName;
      else if (hit === 'folder') score += weight * inFolderName;
    }
    return score;
  }
}

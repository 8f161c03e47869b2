import type { KernelDocument } from '../../repl/kernel';
import { mostHeldTogether } from '../../repository/documents/openDocuments';
import type { SubjectDocument } from './subject';

/**
 * How many bytes of text a kernel gets as `str`, over all documents; larger texts stay with the host, as lazy texts.
 * Measured on 2 cores: 45 MB, some 11 million tokens, are in a native kernel after 0.2 s and in a wasm kernel after
 * 0.4 s, and a simple `re` over them takes 0.1 s. (ripgrep answers `grep`, also for these.) One emoji makes such a text
 * take 4 bytes a character: then 45 MB still leave room in a wasm kernel to split them into lines; 100 MB do not fit.
 */
export const mostKernelBytes = mostHeldTogether;

/** The documents in the form that a kernel takes. Lazy ones are requested by their index. */
export function kernelDocuments(documents: readonly SubjectDocument[]): readonly KernelDocument[] {
  const lazy = lazyDocuments(documents);
  return documents.map((document) => {
    const { name, text, firstLine = 1 } = document;
    if (typeof text === 'string') {
      return { name, firstLine, bytes: async () => Buffer.from(text), host: null };
    }
    const host = { chars: text.chars, lines: text.lines };
    return { name, firstLine, bytes: lazy.has(document) ? null : () => text.all(), host };
  });
}

/** The documents that stay with the host: the largest ones, until the rest fits. */
export function lazyDocuments(documents: readonly SubjectDocument[]): ReadonlySet<SubjectDocument> {
  const sized = documents.map((document) => {
    const { text } = document;
    const bytes = typeof text === 'string' ? Buffer.byteLength(text) : text.bytes;
    return { document, bytes };
  });
  let total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  const lazy = new Set<SubjectDocument>();
  for (const { document, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
    if (total <= mostKernelBytes) break;
    // Texts in memory are within the limit by themselves.
    if (typeof document.text === 'string') continue;
    lazy.add(document);
    total -= bytes;
  }
  return lazy;
}

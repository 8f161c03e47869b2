import type { KernelContext } from './kernel';
import type { HostFrame } from './kernelFrames';

/** What a kernel is told first: its context. Reads the texts that it is to hold. */
export async function initFrame(
  context: KernelContext,
): Promise<{ readonly header: HostFrame; readonly body?: Buffer }> {
  switch (context.kind) {
    case 'repository':
      return { header: { type: 'init', context: 'repository', name: context.name } };
    case 'value':
      return { header: { type: 'init', context: 'value' }, body: Buffer.from(context.json) };
    case 'documents': {
      const bodies: Buffer[] = [];
      const documents = [];
      for (const document of context.documents) {
        const { name, firstLine: line } = document;
        if ('bytes' in document) {
          const text = await document.bytes();
          bodies.push(text);
          documents.push({ name, line, bytes: text.length });
        } else {
          documents.push({ name, line, chars: document.chars, lines: document.lines });
        }
      }
      const [only] = bodies;
      const body = only !== undefined && bodies.length === 1 ? only : Buffer.concat(bodies);
      return { header: { type: 'init', context: 'documents', documents }, body };
    }
  }
}

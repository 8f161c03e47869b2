import type { KernelContext } from './kernel';
import type { HostFrame } from './kernelFrames';

/** What a kernel is told first: its context. Reads the texts that it is to hold. */
export async function initFrame(
  context: KernelContext,
): Promise<{ readonly header: HostFrame; readonly body?: Buffer }> {
  switch (context.kind) {
    case 'repository': {
      const { name, maxFileSize } = context;
      return { header: { type: 'init', context: 'repository', name, maxFileSize } };
    }
    case 'value':
      return { header: { type: 'init', context: 'value' }, body: Buffer.from(context.json) };
    case 'documents': {
      const bodies: Buffer[] = [];
      const documents = [];
      for (const { name, firstLine, bytes, host } of context.documents) {
        const text = (await bytes?.()) ?? null;
        if (text !== null) bodies.push(text);
        documents.push({ name, line: firstLine, bytes: text?.length ?? null, host });
      }
      const [only] = bodies;
      const body = only !== undefined && bodies.length === 1 ? only : Buffer.concat(bodies);
      return { header: { type: 'init', context: 'documents', documents }, body };
    }
  }
}

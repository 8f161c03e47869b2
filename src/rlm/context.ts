import type { RunServices } from './services';

/** What the root LM is told about `context` before its first turn. Reads no file's text. */
export async function describeContext(
  { subject, prompts }: RunServices,
  signal: AbortSignal,
): Promise<string> {
  if (subject.kind === 'repository') {
    const { name } = subject.repository;
    const overview = await subject.repository.overview(signal);
    return prompts.fill('context-repository', { name, overview });
  }
  const sizes = subject.documents.map(
    ({ name, text }) => `${name}: ${text.length.toLocaleString('en-US')} characters`,
  );
  const description =
    sizes.length === 1
      ? `a str, the text of the document ${sizes[0]}`
      : `a list of ${sizes.length} str, the texts of the documents\n\n${sizes.map((size, index) => `- context[${index}] is ${size}`).join('\n')}`;
  return prompts.fill('context-value', { description });
}

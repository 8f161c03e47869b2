/** A model that extensions such as GitHub Copilot offer through VS Code. */
export interface ChatModelName {
  readonly vendor: string;
  readonly id: string;
}

const prefix = 'vscode:';

/** How settings and code name a model of VS Code: `vscode:copilot/gpt-5`. */
export function chatModelName({ vendor, id }: ChatModelName): string {
  return `${prefix}${vendor}/${id}`;
}

/** The model of VS Code that a setting names; null when it names one of the endpoint. */
export function parseChatModelName(name: string): ChatModelName | null {
  if (!name.startsWith(prefix)) return null;
  const [vendor = '', ...id] = name.slice(prefix.length).split('/');
  return { vendor, id: id.join('/') };
}

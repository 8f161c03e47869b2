import { extensions, type Uri, workspace } from 'vscode';

/** The part of the Python extension's API (`@vscode/python-extension`) that is used here. */
interface PythonEnvironments {
  getActiveEnvironmentPath(resource?: Uri): unknown;
  resolveEnvironment(environment: unknown): Promise<unknown>;
}

/** How long a question waits for the Python extension, in ms. */
const limitMs = 1000;

/**
 * The interpreter selected in the Python extension; null when that extension is missing, not active, or does not
 * say. It is never started for this. Only in trusted workspaces: the interpreter may be inside the workspace.
 */
export async function selectedInterpreter(folder: Uri | undefined): Promise<string | null> {
  const extension = workspace.isTrusted ? extensions.getExtension('ms-python.python') : undefined;
  if (!extension?.isActive) return null;
  const environments = environmentsOf(extension.exports);
  if (!environments) return null;
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, limitMs, null);
  try {
    return await Promise.race([late, executableOf(environments, folder)]);
  } catch {
    // Fathom looks for a Python itself.
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function executableOf(
  environments: PythonEnvironments,
  folder: Uri | undefined,
): Promise<string | null> {
  const environment = await environments.resolveEnvironment(
    environments.getActiveEnvironmentPath(folder),
  );
  const path = property(property(property(environment, 'executable'), 'uri'), 'fsPath');
  return typeof path === 'string' && path !== '' ? path : null;
}

function environmentsOf(exports: unknown): PythonEnvironments | null {
  const environments = property(exports, 'environments');
  return isEnvironments(environments) ? environments : null;
}

function isEnvironments(value: unknown): value is PythonEnvironments {
  return (
    typeof property(value, 'getActiveEnvironmentPath') === 'function' &&
    typeof property(value, 'resolveEnvironment') === 'function'
  );
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

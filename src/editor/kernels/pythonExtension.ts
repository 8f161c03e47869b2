import { extensions, type Uri, workspace } from 'vscode';

/** The part of the Python extension's public API that is used here (`@vscode/python-extension`). */
interface PythonEnvironments {
  getActiveEnvironmentPath(resource?: Uri): unknown;
  resolveEnvironment(environment: unknown): Promise<unknown>;
}

/** How long the Python extension may take, in milliseconds; a question does not wait for it longer. */
const limitMs = 1000;

/**
 * The interpreter that the user selected in the Python extension; null when that extension is not there,
 * has not been used yet, or does not say. It is never started for this. Only asked in workspaces that are
 * trusted: the selected interpreter may well lie in the workspace.
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
    // Another version of that extension, or one in trouble: Fathom looks for a Python itself.
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

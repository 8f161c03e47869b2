import { type HostCall, HostCallError } from '../../repl/hostCall';
import { type HostArguments, type HostMethod, hostMethods } from '../../repl/hostMethods';

/**
 * The arguments of a host call, checked.
 * @throws {HostCallError} a TypeError that names the argument which is wrong.
 */
export function checkArguments<M extends HostMethod>(method: M, call: HostCall): HostArguments<M> {
  const checked = hostMethods[method].safeParse(call.args);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue?.path.join('.') || 'arguments';
    throw new HostCallError('TypeError', `${method}(): ${where}: ${issue?.message ?? 'wrong'}`);
  }
  // Zod's output for the schema of M is HostArguments<M>; TypeScript can't follow that through the index.
  return checked.data as HostArguments<M>;
}

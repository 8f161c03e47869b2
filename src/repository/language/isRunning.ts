import { errorCode } from '../../ground/fileFailure';

/** Whether there is a process with this id on this machine, even of another user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

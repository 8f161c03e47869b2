import { access } from 'node:fs/promises';
import { runProgram } from './runProgram';

/**
 * Installs packages that tests need, where that can be done without asking anybody: on Debian and its
 * relatives, as root. Elsewhere it throws an error that says which packages to install. `reason` says
 * what needs them.
 */
export async function installDebianPackages(
  packages: readonly string[],
  reason: string,
): Promise<void> {
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const canInstall = process.getuid?.() === 0 && (await exists('/usr/bin/apt-get'));
  if (!canInstall) {
    throw new Error(`Missing: ${reason}. On Debian, install it as root with: ${command.join(' ')}`);
  }
  console.error(`Installing ${packages.join(', ')} (${reason}) ...`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Several test tiers may get here at once: apt waits for its own lock.
  const apt = ['-o', 'DPkg::Lock::Timeout=600', '-q'];
  await runProgram('apt-get', [...apt, 'update'], { env });
  await runProgram('apt-get', [...apt, ...command.slice(1)], { env });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { runtimeFolder } from './kernelHarness';

/**
 * Interprets the filter as Linux would, for machines that a test does not run on. The argument is a list
 * of [machine, number, [arguments], architecture or null]; the process has number 77.
 */
const simulator = `
import json, sys
sys.path.insert(0, sys.argv[1])
from fathom import seccomp

def decide(machine, number, arguments, architecture):
    architectures = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
    words = {0: number, 4: architecture or architectures[machine]}
    for index in range(6):
        value = (arguments + [0] * 6)[index] & 0xFFFFFFFFFFFFFFFF
        words[16 + 8 * index] = value & 0xFFFFFFFF
        words[20 + 8 * index] = value >> 32
    program = seccomp.instructions(machine, 77)
    at = 0
    accumulator = 0
    while True:
        code, yes, no, k = program[at]
        at += 1
        if code == 0x20: accumulator = words[k]
        elif code == 0x54: accumulator &= k
        elif code == 0x15: at += yes if accumulator == k else no
        elif code == 0x25: at += yes if accumulator > k else no
        elif code == 0x35: at += yes if accumulator >= k else no
        elif code == 0x06:
            names = {0x7FFF0000: "allow", 0x80000000: "kill", 0x50001: "EPERM", 0x50026: "ENOSYS"}
            return names[k]
        else: raise ValueError(code)

print(json.dumps([decide(*case) for case in json.loads(sys.argv[2])]))
`;

const none = -1;
const threadFlags = 0x3d0f00;
const high = 2 ** 32;

/** Name, numbers on x86-64 and arm64, arguments, verdict. */
const cases: readonly (readonly [string, number, number, readonly number[], string])[] = [
  ['read', 0, 63, [], 'allow'],
  ['futex', 202, 98, [], 'allow'],
  ['open', 2, none, [], 'EPERM'],
  ['openat', 257, 56, [], 'EPERM'],
  ['openat2', 437, 437, [], 'ENOSYS'],
  ['stat', 4, none, [], 'EPERM'],
  ['newfstatat', 262, 79, [], 'EPERM'],
  ['statx', 332, 291, [], 'EPERM'],
  ['execve', 59, 221, [], 'EPERM'],
  ['execveat', 322, 281, [], 'EPERM'],
  ['fork', 57, none, [], 'EPERM'],
  ['vfork', 58, none, [], 'EPERM'],
  ['clone3', 435, 435, [], 'ENOSYS'],
  ['clone of a process', 56, 220, [17], 'EPERM'],
  ['clone of a thread', 56, 220, [threadFlags], 'allow'],
  ['clone of a thread by musl', 56, 220, [threadFlags | 0x400000], 'allow'],
  ['clone of a thread in a new user namespace', 56, 220, [threadFlags | 0x10000000], 'EPERM'],
  ['clone of a thread with a signal at its end', 56, 220, [threadFlags | 17], 'EPERM'],
  ['socket', 41, 198, [1, 1, 0], 'EPERM'],
  ['socketpair, stream', 53, 199, [1, 1], 'allow'],
  ['socketpair, stream, close on exec', 53, 199, [1, 0x80001], 'allow'],
  ['socketpair, datagram', 53, 199, [1, 2], 'EPERM'],
  ['socketpair of another family', 53, 199, [2, 1], 'EPERM'],
  ['connect', 42, 203, [], 'EPERM'],
  ['sendto nowhere', 44, 206, [5, 1000, 1, 0, 0], 'allow'],
  ['sendto an address', 44, 206, [5, 1000, 1, 0, 4096], 'EPERM'],
  ['sendto a high address', 44, 206, [5, 1000, 1, 0, high], 'EPERM'],
  ['sendmsg', 46, 211, [], 'EPERM'],
  ['kill of itself', 62, 129, [77, 2], 'allow'],
  ['kill of another', 62, 129, [78, 2], 'EPERM'],
  ['kill of its group', 62, 129, [0, 2], 'EPERM'],
  ['kill of everyone', 62, 129, [-1, 2], 'EPERM'],
  ['tgkill of its own thread', 234, 131, [77, 80, 2], 'allow'],
  ['tgkill of another', 234, 131, [78, 80, 2], 'EPERM'],
  ['tkill', 200, 130, [77, 2], 'EPERM'],
  ['pidfd_open', 434, 434, [], 'ENOSYS'],
  ['mmap', 9, 222, [0, 4096, 3], 'allow'],
  ['mmap, executable', 9, 222, [0, 4096, 7], 'EPERM'],
  ['mprotect', 10, 226, [0, 4096, 3], 'allow'],
  ['mprotect, executable', 10, 226, [0, 4096, 5], 'EPERM'],
  ['ioctl FIONBIO', 16, 29, [5, 0x5421], 'allow'],
  ['ioctl TIOCSTI', 16, 29, [0, 0x5412], 'EPERM'],
  ['ioctl TIOCSTI with a bit that Linux ignores', 16, 29, [0, high + 0x5412], 'EPERM'],
  ['fcntl F_GETFL', 72, 25, [5, 3], 'allow'],
  ['fcntl F_SETOWN', 72, 25, [5, 8], 'EPERM'],
  ['fcntl F_SETSIG', 72, 25, [5, 10], 'EPERM'],
  ['prctl PR_SET_NAME', 157, 167, [15], 'allow'],
  ['prctl PR_SET_PDEATHSIG', 157, 167, [1], 'EPERM'],
  ['prctl PR_SET_SECCOMP', 157, 167, [22], 'EPERM'],
  ['prlimit, reading its own', 302, 261, [0, 7, 0, 4096], 'allow'],
  ['prlimit, reading its own by number', 302, 261, [77, 7, 0, 4096], 'allow'],
  ['prlimit, setting its own', 302, 261, [0, 7, 4096, 0], 'EPERM'],
  ['prlimit, setting its own from a high address', 302, 261, [0, 7, high, 0], 'EPERM'],
  ['prlimit, reading another', 302, 261, [78, 7, 0, 4096], 'EPERM'],
  ['clock_gettime', 228, 113, [1], 'allow'],
  ['clock_gettime of another process', 228, 113, [-1000], 'EPERM'],
  ['ptrace', 101, 117, [], 'EPERM'],
  ['process_vm_readv', 310, 270, [], 'EPERM'],
  ['io_uring_setup', 425, 425, [], 'ENOSYS'],
  ['bpf', 321, 280, [], 'EPERM'],
  ['mount', 165, 40, [], 'EPERM'],
  ['unshare', 272, 97, [], 'EPERM'],
  ['keyctl', 250, 219, [], 'EPERM'],
  ['memfd_create', 319, 279, [], 'EPERM'],
  ['userfaultfd', 323, 282, [], 'EPERM'],
  ['a call of the future', 999, 999, [], 'ENOSYS'],
  ['read of x32', 0x40000000, none, [], 'EPERM'],
  ['setuid', 105, 146, [], 'EPERM'],
  ['seccomp', 317, 277, [], 'EPERM'],
  ['uname', 63, 160, [], 'EPERM'],
];

async function decide(requests: readonly unknown[]): Promise<unknown> {
  const args = ['-I', '-B', '-c', simulator, runtimeFolder, JSON.stringify(requests)];
  return JSON.parse((await execa('python3', args)).stdout);
}

describe('the list of system calls', () => {
  it.each([
    ['x86_64', 1],
    ['aarch64', 2],
  ] as const)('is decided call by call on %s', async (machine, column) => {
    const known = cases.filter((entry) => entry[column] !== none);
    const verdicts = await decide(known.map((entry) => [machine, entry[column], entry[3], null]));
    expect(verdicts).toEqual(known.map((entry) => entry[4]));
  });

  it('ends a process that calls in another mode, where numbers mean something else', async () => {
    const i386 = 0x40000003;
    const arm = 0x40000028;
    expect(
      await decide([
        ['x86_64', 0, [], i386],
        ['aarch64', 63, [], arm],
      ]),
    ).toEqual(['kill', 'kill']);
  });

  it('is not there for machines that nobody looked at', async () => {
    const result = await execa(
      'python3',
      [
        '-I',
        '-B',
        '-c',
        'import sys; sys.path.insert(0, sys.argv[1]); from fathom import seccomp; seccomp.instructions("riscv64", 1)',
        runtimeFolder,
      ],
      { reject: false },
    );
    expect(result.stderr).toContain('no list of system calls for riscv64');
  });
});

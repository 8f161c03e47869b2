import type { Attack } from './attack';

const libc = `import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
number = 0 if os.uname().machine == "x86_64" else 1
victim = target["victimPid"]
`;

/** A copy of the process must have Python's lock: another thread, which is not copied, could hold it. */
const keepLock = 'libc = ctypes.PyDLL(None, use_errno=True)\n';

/** Starting programs, and reaching into processes, this one's limits included. */
export const attacksOnProcesses: readonly Attack[] = [
  {
    name: 'subprocess',
    code: 'import subprocess\nreturn subprocess.run(["/bin/true"]).returncode == 0',
  },
  {
    name: 'subprocess without fork',
    code: 'import subprocess\nsubprocess._USE_POSIX_SPAWN = True\nreturn subprocess.run(["/bin/true"], close_fds=False).returncode == 0',
  },
  { name: 'os.system', code: 'import os\nreturn os.system("exit 3") == 3 << 8' },
  { name: 'os.popen', code: 'import os\nreturn os.popen("echo x").read()' },
  {
    name: 'posix_spawn',
    code: 'import os\npid = os.posix_spawn("/bin/true", ["true"], {})\nreturn os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0',
  },
  {
    name: '_posixsubprocess',
    code: `import _posixsubprocess, os, inspect, subprocess
seen = []
real = subprocess._fork_exec if hasattr(subprocess, "_fork_exec") else _posixsubprocess.fork_exec
def spy(*args):
    seen.append(args)
    return real(*args)
if hasattr(subprocess, "_fork_exec"):
    subprocess._fork_exec = spy
else:
    _posixsubprocess.fork_exec = spy
try:
    return subprocess.Popen(["/bin/true"], close_fds=False, preexec_fn=None).wait() == 0
finally:
    if hasattr(subprocess, "_fork_exec"):
        subprocess._fork_exec = real
    else:
        _posixsubprocess.fork_exec = real`,
  },
  {
    name: 'os.fork',
    code: 'import os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\nreturn True',
  },
  {
    name: 'os.forkpty',
    code: 'import os\npid, fd = os.forkpty()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\nreturn True',
    rare: true,
  },
  {
    name: 'multiprocessing',
    code: 'import multiprocessing as m\np = m.get_context("fork").Process(target=int)\np.start()\np.join()\nreturn p.exitcode == 0',
  },
  {
    name: 'fork by C',
    code: `${libc}pid = libc.fork()\nif pid == 0: os._exit(0)\nif pid > 0: os.waitpid(pid, 0)\nreturn pid > 0`,
  },
  { name: 'vfork and exec by C', code: `${libc}return libc.system(b"true") == 0` },
  {
    name: 'clone by C',
    code: `${libc}${keepLock}pid = libc.syscall((56, 220)[number], 17, None, None, None, None)\nif pid == 0: os._exit(0)\nif pid > 0: os.waitpid(pid, 0)\nreturn pid > 0`,
  },
  {
    name: 'clone3 by C',
    code: `${libc}${keepLock}arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
pid = libc.syscall(435, arguments, 88)
if pid == 0: os._exit(0)
if pid > 0: os.waitpid(pid, 0)
return pid > 0`,
  },
  {
    name: 'become another program',
    code: 'import os\nos.execv("/bin/true", ["true"])',
    endsKernel: true,
  },
  {
    name: 'become another program by C',
    code: `${libc}argv = (ctypes.c_char_p * 2)(b"true", None)\nlibc.syscall((59, 221)[number], b"/bin/true", argv, None)`,
    endsKernel: true,
  },
  {
    name: 'become a program in memory',
    code: `${libc}fd = libc.memfd_create(b"x", 0)
os.write(fd, b"#!/bin/true\\n")
argv = (ctypes.c_char_p * 2)(b"x", None)
libc.syscall((322, 281)[number], fd, b"", argv, None, 0x1000)`,
    endsKernel: true,
  },
  {
    name: 'signal another process',
    code: 'import os\nos.kill(target["victimPid"], 0)\nreturn True',
  },
  {
    name: 'signal another group',
    code: 'import os\nos.killpg(target["victimPid"], 0)\nreturn True',
  },
  { name: 'signal the host', code: 'import os\nos.kill(target["hostPid"], 0)\nreturn True' },
  {
    name: 'signal a thread of another process',
    code: `${libc}return libc.syscall((234, 131)[number], victim, victim, 0) == 0`,
  },
  { name: 'tkill', code: `${libc}return libc.syscall((200, 130)[number], victim, 0) == 0` },
  { name: 'queue a signal', code: `${libc}return libc.sigqueue(victim, 0, None) == 0` },
  {
    name: 'a descriptor of another process',
    code: `${libc}return libc.syscall(434, victim, 0) >= 0`,
  },
  {
    name: 'have a signal sent by a socket',
    code: 'import fcntl, socket\na, b = socket.socketpair()\nfcntl.fcntl(a, fcntl.F_SETOWN, target["victimPid"])\nreturn True',
  },
  {
    name: 'trace another process',
    code: `${libc}attached = libc.ptrace(16, victim, None, None) == 0\nif attached:\n    os.waitpid(victim, 0x40000000)\n    libc.ptrace(17, victim, None, None)\nreturn attached`,
    rare: true,
  },
  {
    name: 'read memory of another process',
    code: `${libc}return libc.syscall((310, 270)[number], victim, None, 0, None, 0, 0) == 0`,
    rare: true,
  },
  {
    name: 'write memory of another process',
    code: `${libc}return libc.syscall((311, 271)[number], victim, None, 0, None, 0, 0) == 0`,
    rare: true,
  },
  {
    name: 'limits of another process',
    code: `${libc}return libc.prlimit(victim, 7, None, ctypes.create_string_buffer(16)) == 0`,
    rare: true,
  },
  {
    name: 'the group of another process',
    code: 'import os\nreturn os.getpgid(target["victimPid"])',
  },
  {
    name: 'the session of another process',
    code: 'import os\nreturn os.getsid(target["victimPid"])',
  },
  {
    name: 'the priority of another process',
    code: 'import os\nos.setpriority(os.PRIO_PROCESS, target["victimPid"], 5)\nreturn True',
    rare: true,
  },
  {
    name: 'the processor of another process',
    code: 'import os\nos.sched_setaffinity(target["victimPid"], os.sched_getaffinity(0))\nreturn True',
    rare: true,
  },
  {
    name: 'the clock of another process',
    code: `${libc}clock = ctypes.c_int()\nif libc.clock_getcpuclockid(victim, ctypes.byref(clock)): return False\nreturn libc.clock_gettime(clock, ctypes.create_string_buffer(16)) == 0`,
  },
  { name: 'outlive the host', code: `${libc}return libc.prctl(1, 0) == 0` },
  { name: 'be readable for others', code: `${libc}return libc.prctl(4, 1) == 0` },
  {
    name: 'change a limit',
    code: 'import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))\nreturn True',
  },
  { name: 'executable memory', code: 'import mmap\nreturn mmap.mmap(-1, 4096, prot=7)' },
  {
    name: 'make memory executable',
    code: `${libc}libc.mmap.restype = ctypes.c_void_p\np = libc.mmap(None, 4096, 3, 0x22, -1, 0)\nreturn libc.mprotect(ctypes.c_void_p(p), 4096, 5) == 0`,
  },
  { name: 'become someone else', code: 'import os\nos.setuid(os.getuid())\nreturn True' },
  {
    name: 'a namespace of users',
    code: `${libc}${keepLock}pid = libc.syscall((56, 220)[number], 0x10000011, None, None, None, None)\nif pid == 0: os._exit(0)\nif pid > 0: os.waitpid(pid, 0)\nreturn pid > 0`,
    rare: true,
  },
  {
    name: 'mount',
    code: `${libc}return libc.mount(b"none", b"/", None, 0x44000, None) == 0`,
    rare: true,
  },
  {
    name: 'keys',
    code: `${libc}return libc.syscall((250, 219)[number], 0, -3, 1) > 0`,
    rare: true,
  },
  {
    name: 'bpf',
    code: `${libc}return libc.syscall((321, 280)[number], 0, ctypes.create_string_buffer(b"\\2\\0\\0\\0\\4\\0\\0\\0\\4\\0\\0\\0\\1" + bytes(60)), 72) >= 0`,
    rare: true,
  },
  {
    name: 'performance counters',
    code: `${libc}a = ctypes.create_string_buffer(128)\nctypes.memmove(a, (1).to_bytes(4, "little") + (128).to_bytes(4, "little"), 8)\nreturn libc.syscall((298, 241)[number], a, 0, -1, -1, 0) >= 0`,
    rare: true,
  },
  {
    name: 'page faults',
    code: `${libc}return libc.syscall((323, 282)[number], 1) >= 0`,
    rare: true,
  },
  {
    name: 'messages',
    code: `${libc}queue = libc.syscall((68, 186)[number], 0, 0o1600)\nif queue >= 0: libc.syscall((71, 187)[number], queue, 0, None)\nreturn queue >= 0`,
  },
  { name: 'personality', code: `${libc}return libc.personality(0xffffffff) >= 0` },
  {
    name: 'facts about the system',
    code: `${libc}return libc.sysinfo(ctypes.create_string_buffer(128)) == 0`,
  },
];

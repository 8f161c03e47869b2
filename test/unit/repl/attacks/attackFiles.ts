import type { Attack } from './attack';

const libc = `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(*args):
    result = libc.syscall(*args)
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
number = 0 if os.uname().machine == "x86_64" else 1
path = target["canary"].encode()
`;

/** Reading, listing, probing and changing files. */
export const attacksOnFiles: readonly Attack[] = [
  { name: 'open', code: 'return target["secret"] in open(target["canary"]).read()' },
  {
    name: 'os.open',
    code: 'import os\nreturn os.read(os.open(target["canary"], os.O_RDONLY), 100)',
  },
  { name: 'io.FileIO', code: 'import io\nreturn io.FileIO(target["canary"]).read()' },
  { name: 'pathlib', code: 'import pathlib\nreturn pathlib.Path(target["canary"]).read_text()' },
  {
    name: 'a private key in ~/.ssh',
    code: 'return open(target["home"] + "/.ssh/id_ed25519").read()',
  },
  { name: '/etc/passwd', code: 'return open("/etc/passwd").read()' },
  { name: 'the password database', code: 'import pwd\nreturn pwd.getpwall()' },
  {
    name: 'openat by C',
    code: `${libc}return os.read(call((257, 56)[number], -100, path, 0, 0), 100)`,
  },
  {
    name: 'openat2 by C',
    code: `${libc}how = (ctypes.c_uint64 * 3)(0, 0, 0)\nreturn os.read(call(437, -100, path, how, 24), 100)`,
  },
  {
    name: 'fopen by C',
    code: `${libc}libc.fopen.restype = ctypes.c_void_p\nreturn libc.fopen(path, b"r")`,
  },
  {
    name: 'an encoding that is a file',
    code: 'import linecache\nreturn linecache.getlines(target["canary"])',
  },
  {
    name: 'a module from a folder',
    code: `import sys, importlib
sys.path.insert(0, target["workspace"])
importlib.invalidate_caches()
sys.modules.pop("canary_module", None)
import canary_module
return canary_module.SECRET`,
  },
  {
    name: 'a module by its path',
    code: `from importlib.machinery import SourceFileLoader
return SourceFileLoader("x", target["canary"]).get_data(target["canary"])`,
  },
  {
    name: 'a database',
    code: 'import sqlite3\nsqlite3.connect(target["workspace"] + "/new.db").execute("create table a (b)")\nreturn True',
  },
  { name: 'a shared library', code: 'import ctypes\nreturn ctypes.CDLL(target["library"])' },
  { name: 'list a folder', code: 'import os\nreturn os.listdir(target["workspace"])' },
  { name: 'scan a folder', code: 'import os\nreturn list(os.scandir(target["workspace"]))' },
  { name: 'walk a folder', code: 'import os\nreturn list(os.walk(target["workspace"]))' },
  { name: 'glob', code: 'import glob\nreturn glob.glob(target["workspace"] + "/*")' },
  { name: 'list the root', code: 'import os\nreturn os.listdir("/")' },
  { name: 'list the current folder', code: 'import os\nreturn os.listdir(".")' },
  {
    name: 'go to a folder',
    code: 'import os\nos.chdir(target["workspace"])\nos.chdir("/")\nreturn True',
  },
  { name: 'whether a file exists', code: 'import os\nreturn os.path.exists(target["canary"])' },
  { name: 'stat', code: 'import os\nreturn os.stat(target["canary"])' },
  { name: 'stat of the root', code: 'import os\nreturn os.stat("/")' },
  { name: 'access', code: 'import os\nreturn os.access(target["canary"], os.R_OK)' },
  { name: 'readlink', code: 'import os\nreturn os.readlink(target["workspace"] + "/link")' },
  { name: 'statvfs', code: 'import os\nreturn os.statvfs("/")' },
  {
    name: 'statx by C',
    code: `${libc}return not call((332, 291)[number], -100, path, 0, 0x7ff, ctypes.create_string_buffer(256))`,
  },
  {
    name: 'tell a file that exists from one that does not',
    code: `import os
def error(path):
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as e:
        return e.errno
return error(target["canary"]) != error(target["missing"])`,
  },
  {
    name: 'a file handle by C',
    code: `${libc}handle = ctypes.create_string_buffer(136)
ctypes.memmove(handle, (128).to_bytes(4, "little"), 4)
return not call((303, 264)[number], -100, path, handle, ctypes.byref(ctypes.c_int()), 0)`,
    rare: true,
  },
  {
    name: 'watch a file',
    code: `${libc}return call((332, 27)[number] if number else 254, call((294, 26)[number], 0), path, 0xfff)`,
  },
  { name: 'write a file', code: 'open(target["workspace"] + "/new", "w").write("x")\nreturn True' },
  { name: 'append to a file', code: 'open(target["victimFile"], "a").write("x")\nreturn True' },
  { name: 'a temporary file', code: 'import tempfile\nreturn tempfile.mkstemp()' },
  { name: 'a temporary file in memory', code: 'import os\nreturn os.memfd_create("x")' },
  {
    name: 'shared memory',
    code: `${libc}segment = call((29, 194)[number], 0, 4096, 0o1600)\ncall((31, 195)[number], segment, 0, None)\nreturn True`,
  },
  {
    name: 'make a folder',
    code: 'import os\nos.mkdir(target["workspace"] + "/folder")\nreturn True',
  },
  {
    name: 'make a pipe with a name',
    code: 'import os\nos.mkfifo(target["workspace"] + "/fifo")\nreturn True',
  },
  {
    name: 'make a symlink',
    code: 'import os\nos.symlink("/", target["workspace"] + "/root")\nreturn True',
  },
  {
    name: 'make a link',
    code: 'import os\nos.link(target["victimFile"], target["workspace"] + "/second")\nreturn True',
  },
  { name: 'chmod', code: 'import os\nos.chmod(target["victimFile"], 0o600)\nreturn True' },
  {
    name: 'chmod by C',
    code: `${libc}return not call((268, 53)[number], -100, target["victimFile"].encode(), 0o600)`,
  },
  { name: 'chown', code: 'import os\nos.chown(target["victimFile"], -1, -1)\nreturn True' },
  { name: 'set times', code: 'import os\nos.utime(target["victimFile"])\nreturn True' },
  {
    name: 'set an attribute',
    code: 'import os\nos.setxattr(target["victimFile"], "user.x", b"x")\nreturn True',
    rare: true,
  },
  { name: 'truncate', code: 'import os\nos.truncate(target["victimFile"], 0)\nreturn True' },
  {
    name: 'rename',
    code: 'import os\nos.rename(target["victimFile"], target["victimFile"] + "2")\nos.rename(target["victimFile"] + "2", target["victimFile"])\nreturn True',
  },
  { name: 'delete', code: 'import os\nos.unlink(target["victimFile"])\nreturn True' },
  { name: 'chroot', code: `import os\nos.chroot("/")\nreturn True`, rare: true },
  { name: 'a terminal', code: 'import os\nreturn os.openpty()', rare: true },
  { name: 'a device', code: 'return open("/dev/zero", "rb").read(1)' },
  {
    name: 'the environment of the host',
    code: 'return open(f"/proc/{target[\'hostPid\']}/environ", "rb").read()',
  },
  { name: 'its own environment', code: 'return open("/proc/self/stat", "rb").read()' },
  { name: 'the list of processes', code: 'import os\nreturn len(os.listdir("/proc")) > 3' },
  {
    name: 'the name of the machine',
    code: `import ctypes\nbuffer = ctypes.create_string_buffer(256)\nctypes.CDLL(None).gethostname(buffer, 256)\nreturn buffer.value.decode() == target["hostName"]`,
  },
  {
    name: 'a time zone of the machine',
    code: 'return open("/usr/share/zoneinfo/UTC", "rb").read()',
    rare: true,
  },
];

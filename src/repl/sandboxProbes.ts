/** What the host has put up for a kernel to reach, if it could. */
export interface ProbeTargets {
  /** A file with a secret text. */
  readonly canary: string;
  /** Where it is, with a file whose name is the secret. */
  readonly folder: string;
  /** A file that does not exist; whether it does afterwards, the host sees. */
  readonly written: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Null on Windows. */
  readonly unixSocket: string | null;
  readonly hostPid: number;
  /** A program and its arguments; it prints `program42`. */
  readonly program: readonly string[];
}

/** How the host knows that a probe got through. */
type ProbeEvidence =
  /** The function returned a text with the secret in it. */
  | 'secret'
  /** The function returned a text with this in it. */
  | { readonly text: string }
  /** The function returned something true. */
  | 'success'
  /** The host saw it, whatever the function returned. */
  | 'host';

/** Something that code in a kernel must not be able to do. */
export interface SandboxProbe {
  /** For reports, as the end of "It could ..." and "It could not ...". */
  readonly name: string;
  /** The body of a Python function that knows `target`, a dict of `ProbeTargets`. */
  readonly code: string;
  readonly evidence: ProbeEvidence;
}

/** The same for every kind of kernel. That a kernel has a file system of its own in memory is no harm. */
export const sandboxProbes: readonly SandboxProbe[] = [
  {
    name: 'read a file beside the workspace',
    code: 'return open(target["canary"]).read()',
    evidence: 'secret',
  },
  {
    name: 'read a file by system calls',
    code: `import ctypes
libc = ctypes.CDLL(None)
descriptor = libc.open(target["canary"].encode(), 0)
buffer = ctypes.create_string_buffer(200)
libc.read(descriptor, buffer, 200)
return buffer.value.decode()`,
    evidence: 'secret',
  },
  {
    name: 'list a folder',
    code: 'import os\nreturn " ".join(os.listdir(target["folder"]))',
    evidence: 'secret',
  },
  {
    name: 'find out whether a file exists',
    code: 'import os\nreturn os.path.exists(target["canary"])',
    evidence: 'success',
  },
  {
    name: 'write a file',
    code: 'open(target["written"], "w").write("x")',
    evidence: 'host',
  },
  {
    name: 'connect to a TCP port of this machine',
    code: `import socket
connection = socket.create_connection(("127.0.0.1", target["tcpPort"]), 2)
return connection.recv(200).decode()`,
    evidence: 'host',
  },
  {
    name: 'send a UDP packet',
    code: `import socket
socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", target["udpPort"]))`,
    evidence: 'host',
  },
  {
    name: 'connect to a Unix socket',
    code: `import socket
if target["unixSocket"] is None:
    return ""
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(2)
connection.connect(target["unixSocket"])
return connection.recv(200).decode()`,
    evidence: 'secret',
  },
  {
    name: 'start a program',
    code: `import subprocess
return subprocess.run(target["program"], capture_output=True, text=True, timeout=5).stdout`,
    evidence: { text: 'program42' },
  },
  {
    name: 'start a program through the shell',
    code: 'import os\nreturn os.popen("echo program$((6*7))").read()',
    evidence: { text: 'program42' },
  },
  {
    name: "read the host's environment",
    code: 'return open("/proc/%d/environ" % target["hostPid"], "rb").read()',
    evidence: 'success',
  },
];

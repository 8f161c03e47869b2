import type { Attack } from './attack';

/** Talking to anyone but the host over the pipe. */
export const attacksOnNetwork: readonly Attack[] = [
  {
    name: 'TCP to this machine',
    code: 'import socket\ns = socket.create_connection(("127.0.0.1", target["tcpPort"]), 2)\nreturn s.recv(100)',
  },
  {
    name: 'TCP without the socket module',
    code: `import ctypes, struct, socket
libc = ctypes.CDLL(None, use_errno=True)
s = libc.socket(2, 1, 0)
address = struct.pack("=HHI8x", 2, socket.htons(target["tcpPort"]), 0x0100007f)
return libc.connect(s, address, 16) == 0`,
  },
  {
    name: 'TCP with asyncio',
    code: `import asyncio, threading
found = []
async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", target["tcpPort"])
    found.append(await reader.read(100))
def work():
    try:
        asyncio.new_event_loop().run_until_complete(main())
    except OSError:
        pass
thread = threading.Thread(target=work)
thread.start()
thread.join()
return found`,
  },
  {
    name: 'HTTP',
    code: 'import urllib.request\nreturn urllib.request.urlopen(f"http://127.0.0.1:{target[\'tcpPort\']}/", timeout=2).read()',
  },
  {
    name: 'serve TCP',
    code: 'import socket\ns = socket.socket()\ns.bind(("127.0.0.1", 0))\ns.listen()\nreturn s.getsockname()[1]',
  },
  {
    name: 'UDP',
    code: 'import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\nreturn s.sendto(b"x", ("127.0.0.1", target["udpPort"]))',
  },
  { name: 'resolve a name', code: 'import socket\nreturn socket.getaddrinfo("localhost", 80)' },
  {
    name: 'resolve a name, the old way',
    code: 'import socket\nreturn socket.gethostbyname("localhost")',
  },
  { name: 'list network interfaces', code: 'import socket\nreturn socket.if_nameindex()' },
  {
    name: 'a Unix socket',
    code: 'import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect(target["unixSocket"])\nreturn s.recv(100)',
  },
  {
    name: 'an abstract Unix socket',
    code: 'import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect("\\0" + target["abstractSocket"])\nreturn s.recv(100)',
  },
  {
    name: 'connect half of a pair elsewhere',
    code: `import socket
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.connect("\\0" + target["abstractSocket"] + "-datagram")
return True`,
  },
  {
    name: 'send a datagram elsewhere from half of a pair',
    code: `import socket
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
return a.sendto(b"x", "\\0" + target["abstractSocket"] + "-datagram")`,
  },
  {
    name: 'netlink',
    code: 'import socket\nreturn socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)',
  },
  {
    name: 'a packet socket',
    code: 'import socket\nreturn socket.socket(socket.AF_PACKET, socket.SOCK_RAW)',
    rare: true,
  },
  {
    name: 'send a descriptor to the host',
    code: `import socket, array
a, b = socket.socketpair()
return a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])`,
  },
  {
    name: 'io_uring',
    code: `import ctypes
libc = ctypes.CDLL(None, use_errno=True)
return libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0`,
    rare: true,
  },
  {
    name: 'the kernel log',
    code: 'import ctypes\nreturn ctypes.CDLL(None).klogctl(10, None, 0) >= 0',
    rare: true,
  },
];

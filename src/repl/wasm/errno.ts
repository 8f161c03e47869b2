/** Error numbers as WebAssembly's C library has them (those of WASI). */
export const errno = {
  badDescriptor: 8,
  interrupted: 27,
  invalid: 28,
  noEntry: 44,
  notSupported: 52,
  notTerminal: 59,
  notPermitted: 63,
  illegalSeek: 70,
} as const;

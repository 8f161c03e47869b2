/** A name on one line: a file may be called "a newline b". */
export function printableName(name: string): string {
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) ? JSON.stringify(name) : name;
}

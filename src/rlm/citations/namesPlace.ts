/** Whether a text has that place word for word: `src/a.ts:1` is neither in `src/a.ts:12` nor in `src/a.ts:1-9`. */
export function namesPlace(text: string, place: string): boolean {
  for (let at = text.indexOf(place); at >= 0; at = text.indexOf(place, at + 1)) {
    const isPartOfPath = /[\w/.-]/.test(text[at - 1] ?? '');
    if (
      !isPartOfPath &&
      !/^(?:\d|[-–]\d)/.test(text.slice(at + place.length, at + place.length + 2))
    )
      return true;
  }
  return false;
}

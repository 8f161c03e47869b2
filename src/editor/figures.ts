/** A duration for people: `0.4 s`, `12 s`, `3 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}

/** A cost in US dollars for people; small ones keep two digits that say something. */
export function formatCost(usd: number): string {
  if (usd === 0) return '$0.00';
  if (usd >= 0.1) return `$${usd.toFixed(2)}`;
  if (usd < 0.0001) return 'under $0.0001';
  return `$${usd.toPrecision(2)}`;
}

/** `1 turn`, `2 turns`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

import { InvalidArgumentError } from 'commander';

/** Parses whole numbers, `least` or more. @throws {InvalidArgumentError} as all of these do. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
  };
}

/** Parses an amount of money, `0.50` or `$0.50`. */
export function parseDollars(text: string): number {
  const value = /^\$?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text.replace('$', '')) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError(
    'It must be an amount in US dollars, for example 0.50, or "none".',
  );
}

/** Accepts `none` besides a number. It is not turned into null, which commander takes for a missing value. */
export function orNone(parse: (text: string) => number): (text: string) => number | 'none' {
  return (text) => (text === 'none' ? text : parse(text));
}

const millisecondsPer: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
/** The longest delay of a Node timer. */
const longestMs = 2 ** 31 - 1;

/** Parses a time in seconds, or with the unit ms, s, m or h. At least one millisecond. */
export function parseMilliseconds(text: string): number {
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = amount === '' ? 0 : Math.round(Number(amount) * (millisecondsPer[unit] ?? 0));
  if (value >= 1 && value <= longestMs) return value;
  throw new InvalidArgumentError(
    'It must be a time in seconds, or with a unit, for example 90 or 15m.',
  );
}

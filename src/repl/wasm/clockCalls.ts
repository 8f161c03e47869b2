import { errno } from './errno';
import type { GuestMemory } from './guestMemory';

/** The guest's clocks. Its time zone is UTC, as in the native kernel. */
export function clockCalls(memory: GuestMemory): Readonly<Record<string, unknown>> {
  /** Fills the fields of a `struct tm` (eleven 32-bit numbers) from seconds since 1970. */
  const breakDown = (time: bigint, address: number): void => {
    const date = new Date(Number(BigInt.asIntN(52, time)) * 1000);
    const year = date.getUTCFullYear();
    const startOfYear = Date.UTC(year, 0, 1);
    const fields = [
      date.getUTCSeconds(),
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth(),
      year - 1900,
      date.getUTCDay(),
      Math.floor((date.getTime() - startOfYear) / 86_400_000),
      0,
      0,
    ];
    for (const [i, field] of fields.entries()) {
      memory.view.setInt32((address >>> 0) + 4 * i, field, true);
    }
  };

  /** The opposite; puts fields that are out of their range in order, as C wants it. */
  const makeTime = (address: number): bigint => {
    const field = (i: number): number => memory.view.getInt32((address >>> 0) + 4 * i, true);
    const milliseconds = Date.UTC(
      field(5) + 1900,
      field(4),
      field(3),
      field(2),
      field(1),
      field(0),
    );
    if (!Number.isFinite(milliseconds)) return -1n;
    const time = BigInt(milliseconds / 1000);
    breakDown(time, address);
    return time;
  };

  return {
    emscripten_date_now: () => Date.now(),
    emscripten_get_now: () => performance.now(),
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      if (clock < 0 || clock > 3) return errno.invalid;
      const milliseconds = clock === 0 ? Date.now() : performance.now();
      memory.view.setBigUint64(result >>> 0, BigInt(Math.round(milliseconds * 1e6)), true);
      return 0;
    },
    clock_res_get: (clock: number, result: number) => {
      if (clock < 0 || clock > 3) return errno.invalid;
      memory.view.setBigUint64(result >>> 0, clock === 0 ? 1_000_000n : 1000n, true);
      return 0;
    },
    _gmtime_js: breakDown,
    _localtime_js: breakDown,
    _mktime_js: makeTime,
    _timegm_js: makeTime,
    _tzset_js: (offset: number, daylight: number, standardName: number, daylightName: number) => {
      memory.view.setInt32(offset >>> 0, 0, true);
      memory.view.setInt32(daylight >>> 0, 0, true);
      for (const name of [standardName, daylightName]) {
        memory.bytes.set([0x55, 0x54, 0x43, 0], name >>> 0);
      }
    },
  };
}

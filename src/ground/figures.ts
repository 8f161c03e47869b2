/** A time for people: `38 ms`, `3.1 s`, `12 s`, `1:23`. */
export function duration(ms: number): string {
  if (ms < 995) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 59_500 ? `${Math.round(ms / 1000)} s` : clock(ms);
}

/** Elapsed time, as a clock that runs: `0:41`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A number of tokens: `950`, `1.2k`, `48k`, `1.2M`. */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 9_950) return `${(tokens / 1000).toFixed(1)}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1e6).toFixed(1)}M`;
}

/** Money: `$1.23`, `$0.08`, and where cents are too coarse `$0.003`, `$0.0004`. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  if (usd >= 0.0095) return `$${usd.toFixed(2)}`;
  if (usd >= 0.00095) return `$${usd.toFixed(3)}`;
  return usd < 0.00005 ? '<$0.0001' : `$${usd.toFixed(4)}`;
}

/** Money that was spent; `~$0.08` where that is an estimate. */
export function spent(usd: number, estimated: boolean): string {
  return estimated && usd > 0 ? `~${dollars(usd)}` : dollars(usd);
}

/** A size in bytes: `950 bytes`, `2.1 KB`, `48 KB`, `1.2 MB`. */
export function byteCount(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  let value = bytes / 1000;
  let unit = 'KB';
  for (const next of ['MB', 'GB', 'TB']) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1 file`, `2 files`, `12,000 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** How far a report is, in a few words: `3 of 12 sections · 48 KB`. */
export function reportFigures(report: {
  readonly sections: number;
  readonly openSections: number;
  readonly bytes: number;
}): string {
  const { sections, openSections, bytes } = report;
  const size = byteCount(bytes);
  if (sections === 0) return size;
  const all = plural(sections, 'section');
  return openSections === 0 ? `${all} · ${size}` : `${sections - openSections} of ${all} · ${size}`;
}

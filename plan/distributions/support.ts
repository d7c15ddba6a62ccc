import { isoDay } from "../../config/days.ts";
import { knownSeries, type Series } from "./series.ts";

/** What is no longer looked after as it was. */
export interface EndOfSupport extends Series {
  /** `longTerm`: regular support is over; `ended`: all is. */
  state: "longTerm" | "ended";
}

/** What of a distribution counts: the release by its version (`12`, `12.4`), or by its codename (`bookworm`). */
export type SupportedRelease = { id: string; version: string } | { codename: string };

/** How the support of a release has ended, on a day; undefined while it goes on, and where it is not known. */
export function endOfSupport(
  release: SupportedRelease,
  now: Date,
  known: readonly Series[] = knownSeries(),
): EndOfSupport | undefined {
  const found = known.find((each) => isRelease(each, release));
  const today = isoDay(now);
  // The last day is one of support.
  if (found?.endsOn === undefined || today <= found.endsOn) return undefined;
  const { longTermEndsOn } = found;
  return { ...found, state: longTermEndsOn !== undefined && today <= longTermEndsOn ? "longTerm" : "ended" };
}

/** `debian 12 (bookworm): regular support ended on 2026-07-11, long-term support goes on until 2028-06-30`. */
export function describeEnd({ id, version, codename, state, endsOn, longTermEndsOn }: EndOfSupport): string {
  const name = `${id} ${version} (${codename})`;
  if (state === "longTerm")
    return `${name}: regular support ended on ${endsOn ?? ""}, long-term support goes on until ${longTermEndsOn ?? ""}`;
  return `${name}: all support ended on ${longTermEndsOn ?? endsOn ?? ""}`;
}

function isRelease(series: Series, release: SupportedRelease): boolean {
  if ("codename" in release) return series.codename === release.codename;
  const { id, version } = release;
  return series.id === id && (version === series.version || version.startsWith(`${series.version}.`));
}

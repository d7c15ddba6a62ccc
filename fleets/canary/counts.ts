import type { ServerRow } from "../edge/serverRows.ts";
import type { Tally } from "./compare.ts";

/** What an edge has counted of one server since it started. */
export interface ServerCounts {
  requests: number;
  errors: number;
  /** Average time to answer of the last requests. */
  milliseconds: number;
}

/** HAProxy's averages forget by this: of so many requests each counts alike at first, then the older ones less (TIME_STATS_SAMPLES). */
const samples = 512;

/** What a server answered with 5xx or not at all, and connections that it did not take; all attempts count, also those that were tried again elsewhere. */
export function countsOf(value: ServerRow): ServerCounts {
  const number = (name: string) => Number(value(name) || 0);
  const answers = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"].reduce(
    (sum, status) => sum + number(`hrsp_${status}`),
    0,
  );
  // What is tried again elsewhere is told by nothing but that.
  const unanswered = number("wretr") + number("econ") + number("eresp");
  return {
    // Of plain TCP there are connections alone.
    requests: value("mode") === "tcp" ? number("stot") : answers + unanswered,
    errors: number("hrsp_5xx") + unanswered,
    milliseconds: number("rtime"),
  };
}

/** What a server did between two looks. One that has counted less than before was started again: all of it is new. */
export function between(first: ServerCounts, last: ServerCounts): Tally {
  if (last.requests < first.requests || last.errors < first.errors)
    return between({ requests: 0, errors: 0, milliseconds: 0 }, last);
  const requests = last.requests - first.requests;
  const milliseconds = meanBetween(first, last);
  return {
    requests,
    errors: last.errors - first.errors,
    ...(milliseconds !== undefined && { milliseconds }),
  };
}

/**
 * The average of a window, of averages that go back further: what was known at its beginning is taken away, as far as it has not been
 * forgotten. Undefined where nothing came, or the server counts no times.
 */
function meanBetween(first: ServerCounts, last: ServerCounts): number | undefined {
  const requests = last.requests - first.requests;
  if (requests <= 0 || last.milliseconds === 0) return undefined;
  const sum = ({ requests: all, milliseconds }: ServerCounts) => milliseconds * Math.min(all, samples);
  const kept = (1 - 1 / samples) ** requests;
  return Math.max(0, (sum(last) - sum(first) * kept) / (samples * (1 - kept)));
}

/** What several servers did, together. */
export function summed(tallies: readonly Tally[]): Tally {
  const requests = tallies.reduce((sum, each) => sum + each.requests, 0);
  const timed = tallies.filter(({ milliseconds }) => milliseconds !== undefined);
  const weight = timed.reduce((sum, each) => sum + each.requests, 0);
  const milliseconds = timed.reduce((sum, each) => sum + (each.milliseconds ?? 0) * each.requests, 0);
  return {
    requests,
    errors: tallies.reduce((sum, each) => sum + each.errors, 0),
    ...(weight > 0 && { milliseconds: milliseconds / weight }),
  };
}

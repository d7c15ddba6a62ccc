import { statisticsRows } from "../../fleets/edge/edgeStatistics.ts";

/** What an edge has counted since it started. */
export interface EdgeCounts {
  /** Requests that came in. Those that pass the edge twice, by the web tier for example, count twice. */
  requests: number;
  /** Requests that it answered with 5xx, whoever said so, and answers that broke off. */
  failed: number;
  /** Requests that it sent again, to another box where the first one did not answer: nobody noticed. */
  repeated: number;
}

const noCounts: EdgeCounts = { requests: 0, failed: 0, repeated: 0 };

/** The counts in the answer to `show stat json` (HAProxy's management guide, 9.1). */
export function parseCounts(json: string): EdgeCounts {
  const rows = statisticsRows(json);
  const sum = (type: string, name: string) =>
    rows
      .filter((row) => row.type === type)
      .reduce((total, { values }) => total + Number(values.get(name) ?? 0), 0);
  return {
    requests: sum("Frontend", "req_tot"),
    // An answer that breaks off had its status before that.
    failed: sum("Frontend", "hrsp_5xx") + sum("Backend", "srv_abrt"),
    repeated: sum("Backend", "wretr") + sum("Backend", "wredis"),
  };
}

/** What edges counted between two looks; one that the first look did not see began in between. */
export function countsBetween(
  first: ReadonlyMap<string, EdgeCounts>,
  last: ReadonlyMap<string, EdgeCounts>,
): EdgeCounts {
  const differences = [...last].map(([edge, counts]) => minus(counts, first.get(edge) ?? noCounts));
  return differences.reduce(plus, noCounts);
}

function minus(a: EdgeCounts, b: EdgeCounts): EdgeCounts {
  return {
    requests: a.requests - b.requests,
    failed: a.failed - b.failed,
    repeated: a.repeated - b.repeated,
  };
}

function plus(a: EdgeCounts, b: EdgeCounts): EdgeCounts {
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    repeated: a.repeated + b.repeated,
  };
}

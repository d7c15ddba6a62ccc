import { execa } from "execa";

interface Field {
  objType: string;
  field: { name: string };
  value: { value: string | number };
}

/** One row of an edge's statistics: a frontend, a backend or a server. */
export interface StatisticsRow {
  /** `Frontend`, `Backend` or `Server`; undefined for a row without fields. */
  type: string | undefined;
  values: ReadonlyMap<string, string | number>;
}

/** Asks the edge of that container id for its statistics, as JSON; undefined when it does not answer. */
export async function askStatistics(edge: string): Promise<string | undefined> {
  const command = ["exec", edge, "/usr/local/bin/fleet-edge-state", "show", "stat", "json"];
  const { stdout, failed } = await execa("docker", command, { reject: false, stdin: "ignore" });
  return failed ? undefined : stdout;
}

/** The rows of the answer to `show stat json` (HAProxy's management guide, 9.1 and 9.3). */
export function statisticsRows(json: string): StatisticsRow[] {
  return (JSON.parse(json) as Field[][]).map((fields) => ({
    type: fields[0]?.objType,
    values: new Map(fields.map(({ field, value }) => [field.name, value.value])),
  }));
}

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

/** The rows of the answer to `show stat json` (HAProxy's management guide, 9.1 and 9.3). */
export function statisticsRows(json: string): StatisticsRow[] {
  return (JSON.parse(json) as Field[][]).map((fields) => ({
    type: fields[0]?.objType,
    values: new Map(fields.map(({ field, value }) => [field.name, value.value])),
  }));
}

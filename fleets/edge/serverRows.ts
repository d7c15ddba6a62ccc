/** A server's row of an edge's statistics: its values by the names of their columns, empty where there is none. */
export type ServerRow = (column: string) => string;

/** The rows of servers in one or several answers to `show stat` (HAProxy's management guide, 9.1). */
export function serverRows(csv: string): ServerRow[] {
  let columns: string[] = [];
  return csv.split("\n").flatMap((line, index) => {
    if (line.startsWith("# ") || index === 0) {
      columns = line.replace(/^# /, "").split(",");
      return [];
    }
    const values = splitRow(line);
    const value: ServerRow = (column) => values[columns.indexOf(column)] ?? "";
    return value("type") === "2" ? [value] : [];
  });
}

/** Values of a row; those with commas are in double quotes. */
function splitRow(row: string): string[] {
  return [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) =>
    (match[1] ?? "").replace(/^"|"$/g, "").replaceAll('""', '"'),
  );
}

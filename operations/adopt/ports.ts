/** Where services usually answer, by a word in the name of what runs them. */
const usual: readonly (readonly [RegExp, number])[] = [
  [/web|www|nginx|apache|httpd|proxy|front|lb|load/, 80],
  [/postgres|pg|^db|database/, 5432],
  [/mysql|maria|galera/, 3306],
  [/redis|cache/, 6379],
  [/mongo/, 27017],
  [/rabbit|queue/, 5672],
  [/elastic|search/, 9200],
  [/grafana/, 3000],
  [/prometheus|monitor/, 9090],
];

/** A port for each name: the usual one of what its name tells, else from 8080 on; each once. */
export function portsOf(names: readonly string[]): Record<string, number> {
  const taken = new Set<number>();
  return Object.fromEntries(
    names.map((name) => {
      const wanted = usual.find(([word]) => word.test(name))?.[1] ?? 8080;
      const port = taken.has(wanted) ? freeFrom(8080, taken) : wanted;
      taken.add(port);
      return [name, port];
    }),
  );
}

function freeFrom(first: number, taken: ReadonlySet<number>): number {
  return taken.has(first) ? freeFrom(first + 1, taken) : first;
}

import { execa } from "execa";

/** Runs Docker's client with these arguments. @returns what it prints. */
type Docker = (...args: string[]) => Promise<string>;

const client = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"];

/** Docker's client for the engine of this machine. @throws ExecaError when it fails. */
export const docker: Docker = async (...args) => (await execa("docker", args)).stdout;

/** Arguments of Docker by which lines of standard input go to the database of the sample's PostgreSQL in a box. */
export function linesToPostgres(box: string): string[] {
  return ["exec", "--interactive", "--user", "postgres", box, ...client, "orders"];
}

/** What the sample's PostgreSQL in a box answers to a statement: a line per row, `|` between its columns. */
export function query(box: string, statement: string, onEngine: Docker = docker): Promise<string> {
  return onEngine("exec", "--user", "postgres", box, ...client, "--command", statement, "orders");
}

/** How often each order is stored whose name begins so. */
export async function storedOrders(
  box: string,
  mark: string,
  onEngine: Docker = docker,
): Promise<Map<string, number>> {
  const statement = `select product, count(*) from orders where product like '${mark}-%' group by product`;
  const lines = (await query(box, statement, onEngine)).split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.split("|")[0] ?? "", Number(line.split("|")[1])]));
}

import { formatTable } from "../text/table.ts";
import type { KnownSecret } from "./secretsOf.ts";

/** The secrets of a stack as a table; below it, how to set those that nobody has set. Their values are nowhere. */
export function formatSecrets(stack: string, secrets: readonly KnownSecret[]): string {
  if (secrets.length === 0) return `${stack} has no secrets\n`;
  const rows = secrets.map(({ name, origin, places }) => [name, origin, places.join(", ") || "nothing"]);
  const missing = secrets.filter(({ origin }) => origin === "missing");
  const fixes = missing.map(({ name }) => `npm run secrets -- set ${name} --stack ${stack} < FILE\n`);
  return formatTable([["SECRET", "ORIGIN", "NAMED BY"], ...rows]) + fixes.join("");
}

import type { HeldData } from "../../plan/data/heldData.ts";
import { formatTable } from "../text/table.ts";
import type { DestroyPlan, Going } from "./plan.ts";

/** How many names of a kind are shown. */
const shownNames = 8;

/** What destroying a stack removes and what it leaves, for people to read before they say yes. */
export function destroyText(stack: string, plan: DestroyPlan, withData: boolean): string {
  const { going, unprotected, kept } = plan;
  const last = withData ? kept : [];
  const things = going.length > 0 ? formatTable(going.map(row)) : "  nothing that runs\n";
  const gone = [...unprotected, ...last];
  return [
    `Destroying ${stack} removes\n${things}`,
    ...(gone.length > 0 ? [`and, for ever, the data in\n${dataLines(gone)}`] : []),
    ...(withData || kept.length === 0
      ? []
      : [`It leaves the data in\n${dataLines(kept)}(--with-data removes that too)\n`]),
  ].join("");
}

function row({ kind, names }: Going): string[] {
  const more = names.length > shownNames ? ", …" : "";
  return ["", String(names.length), kind, `${names.slice(0, shownNames).join(", ")}${more}`];
}

function dataLines(data: readonly HeldData[]): string {
  return data.map(({ name, volume }) => `  ${volume} (${name})\n`).join("");
}

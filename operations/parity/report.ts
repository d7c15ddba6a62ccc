import { formatTable } from "../text/table.ts";
import { shortDigest } from "../text/format.ts";
import type { RootDifference } from "./difference.ts";

/** One root, compared with the container image. */
export interface Compared {
  /** `host web1`, `machine image`. */
  name: string;
  differences: RootDifference[];
  /** Why it could not be compared. */
  fault?: string;
}

/** What a fleet's host, container and machine image do not have in common. */
export interface ParityReport {
  fleet: string;
  /** The container image that all are compared with, `sha256:…`. */
  image: string;
  compared: Compared[];
  /** What was left out, and why. */
  notes: string[];
}

/** 0: equal but for declared exceptions; 2: not; 1: something could not be compared. */
export function parityExitCode({ compared }: ParityReport): number {
  if (compared.some(({ differences }) => differences.some(({ exception }) => exception === undefined)))
    return 2;
  return compared.some(({ fault }) => fault !== undefined) ? 1 : 0;
}

/** The report for a terminal. */
export function formatParity({ fleet, image, compared, notes }: ParityReport): string {
  const head = `${fleet}: compared with the container image ${shortDigest(image)}`;
  const parts = compared.map(({ name, differences, fault }) => {
    const open = differences.filter(({ exception }) => exception === undefined);
    const declared = differences.length - open.length;
    const counted = [
      ...(fault === undefined ? [] : [`could not be compared: ${fault}`]),
      ...(fault === undefined && open.length === 0 ? ["equal"] : []),
      ...(open.length > 0 ? [`${open.length} ${open.length === 1 ? "difference" : "differences"}`] : []),
      ...(declared > 0 ? [`${declared} declared as exceptions`] : []),
    ].join(", ");
    const rows = open.map((each) => [
      `  ${each.kind} ${each.kind === "file" ? "/" : ""}${each.name}`,
      `image: ${shown(each.first)}`,
      `there: ${shown(each.second)}`,
      each.cause ?? "",
    ]);
    return `${name}: ${counted}\n${rows.length > 0 ? formatTable(rows) : ""}`;
  });
  return `${[head, ...parts.map((part) => part.trimEnd()), ...notes].join("\n")}\n`;
}

/** Long digests are cut. */
function shown(value: string | undefined): string {
  return value === undefined ? "none" : value.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");
}

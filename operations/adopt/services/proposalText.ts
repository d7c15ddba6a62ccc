import { stringify } from "yaml";
import { setSecretCommand } from "../../../config/references/setSecret.ts";
import type { ServicesProposal } from "./ServicesProposal.ts";
import type { ToldLine } from "./told.ts";

/** The project's file that a proposal makes, whole. */
export function proposedTopology({ topology }: Pick<ServicesProposal, "topology">): string {
  const parts = Object.entries(topology).map(([key, value]) => [key, { value }] as const);
  return yaml({
    name: "immutable-fleets",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: "index.ts",
    config: Object.fromEntries(parts),
  });
}

/** The stack's file that a proposal makes, without its secrets. */
export function proposedStack({ environment }: Pick<ServicesProposal, "environment">): string {
  return yaml({ config: { environment } });
}

/** What becomes of the services, what cannot be carried over, and what is left to do, in lines. */
export function servicesText({ parts, lines, secrets }: ServicesProposal, stack: string): string {
  const settings = secrets.map(
    ({ name, places }) => `${places.join(", ")}: ${setSecretCommand(name, stack)}`,
  );
  const told = (kind: ToldLine["kind"]) =>
    lines.filter((line) => line.kind === kind).map(({ path, text }) => `${path}: ${text}`);
  return [
    ...section(
      "Services",
      parts.map(({ service, becomes }) => `${service}: ${becomes}`),
    ),
    ...section("Not carried over", told("left")),
    ...section("Carried over in another way", told("changed")),
    ...section("By hand", [...told("todo"), ...settings]),
  ].join("\n");
}

/** Whether something could not be carried over. */
export function hasLeft({ lines }: ServicesProposal): boolean {
  return lines.some(({ kind }) => kind === "left");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ""];
}

function yaml(content: object): string {
  return stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

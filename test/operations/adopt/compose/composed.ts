import { stringify } from "yaml";
import { composeServices } from "../../../../operations/adopt/compose/document.ts";
import { planServices } from "../../../../operations/adopt/services/plan.ts";
import type { ServicesProposal } from "../../../../operations/adopt/services/ServicesProposal.ts";
import { collected } from "../../../../operations/adopt/services/told.ts";
import { yamlTree } from "../../../../operations/adopt/services/yamlTree.ts";

/** What lies beside a Compose file. */
interface Around {
  variables?: Record<string, string>;
  files?: Record<string, string>;
  profiles?: string[];
  suspicious?: string[];
}

/** The proposal for the text of a Compose file. */
export function composed(text: string, around: Around = {}): ServicesProposal {
  const { variables = {}, files = {}, profiles = [], suspicious = [] } = around;
  const told = collected();
  const beside = { variables, profiles, read: (file: string) => files[file] };
  const services = composeServices(yamlTree("compose.yaml", text), beside, told.say);
  return planServices(services, told, { variables, suspicious: new Set(suspicious) });
}

/** The same of services as data. */
export function composedServices(services: object, around: Around = {}): ServicesProposal {
  return composed(stringify({ services }), around);
}

/** The lines of one kind, as they are shown. */
export function linesOf({ lines }: ServicesProposal, kind: "left" | "changed" | "todo"): string[] {
  return lines.filter((line) => line.kind === kind).map(({ path, text }) => `${path}: ${text}`);
}

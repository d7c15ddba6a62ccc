import type { HostCheck } from "../../fleets/hosts/check.ts";
import type { HostsRequest } from "../../fleets/hosts/request.ts";
import { causes, type Cause } from "../../plan/causes.ts";
import type { PreviewStep } from "./step.ts";

/** What happens to the mutable hosts of a fleet. */
export interface HostLine {
  name: string;
  action: "configure" | "keep" | "remove";
  hosts: string[];
  /** What of the roles changed; none: the hosts themselves, or their environment. */
  causes: Cause[];
}

const fleetUrn = /fleet:index:HostFleet\$/;

/** Whether a step is about mutable hosts. */
export function isHostStep({ urn, type }: PreviewStep): boolean {
  return type === "command:local:Command" && fleetUrn.test(urn);
}

/** What a step does to the hosts of its fleet. */
export function hostLine({ name, op, before, after }: PreviewStep): HostLine {
  const [old, wanted] = [parseRequest(before["stdin"]), parseRequest(after["stdin"])];
  const action = op === "delete" ? "remove" : op === "create" || op === "replace" ? "configure" : "keep";
  const known = new Map(old?.layers.map((layer) => [layer.layer, layer]));
  const found = wanted?.layers.flatMap((layer) => causes(known.get(layer.layer), layer)) ?? [];
  const distinct = new Map(found.map((cause) => [JSON.stringify(cause), cause]));
  return {
    name: name.replace(/-hosts$/, ""),
    action,
    hosts: (wanted ?? old)?.hosts.map((host) => host.name) ?? [],
    causes: action === "configure" && op !== "create" ? [...distinct.values()] : [],
  };
}

function parseRequest(value: unknown): HostsRequest | undefined {
  return typeof value === "string" ? (JSON.parse(value) as HostsRequest) : undefined;
}

/** The hosts that were not asked, since what they are to be told is not known before an update. */
export function unasked(lines: readonly HostLine[], checks: readonly HostCheck[]): HostCheck[] {
  const fault = "not asked: its environment has secrets that the first up makes";
  return lines
    .filter(({ name, action }) => action !== "remove" && !checks.some(({ fleet }) => fleet === name))
    .flatMap(({ name, hosts }) => hosts.map((host) => ({ fleet: name, host, output: "", fault })));
}

/** What Ansible says of each host, for a terminal. */
export function formatChecks(checks: readonly HostCheck[]): string {
  return checks
    .map(({ fleet, host, output, fault }) => {
      const head = `${fleet}, ${host}: ${fault ?? "what its roles would change"}`;
      return `\n${head}\n${output.trimEnd().replace(/^/gm, "  ")}\n`;
    })
    .join("");
}

import { writtenCommand } from "../services/commandFault.ts";
import type { ForeignService, NeedCondition } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import { amountsOf } from "./amountsIn.ts";
import { boxKeysOf } from "./boxKeysIn.ts";
import { healthOf } from "./health.ts";
import { routedHosts, routedPorts } from "./labels.ts";
import { sayLeftKeys } from "./leftKeys.ts";
import { mountList } from "./mountList.ts";
import { portList } from "./portList.ts";
import { sayApart } from "./sayApart.ts";
import type { ComposeServiceText } from "./schema.ts";
import { sayFiles } from "./secretFiles.ts";
import { variablesOf, type Beside } from "./variables.ts";

/** A service of a Compose file in the words that the proposal is made from; says what of it cannot be carried over. */
export function composeService(
  name: string,
  written: ComposeServiceText,
  beside: Beside,
  say: SayLine,
): ForeignService {
  const path = `services.${name}`;
  sayLeftKeys(path, written, say);
  sayApart(path, written, say);
  sayFiles(path, written, say);
  const ports = portList(path, written, say);
  const command = writtenCommand(`${path}.command`, written.command, say);
  const health = healthOf(path, written.healthcheck, say);
  const logs = logsOf(written);
  return {
    ...{ name, path },
    ...(written.image !== undefined && { image: written.image }),
    ...(written.build !== undefined && { build: buildLine(written.build) }),
    ...(command && { command }),
    variables: variablesOf(path, written, beside, say),
    ports: [...ports, ...routedPorts(path, written.labels, ports)],
    needs: needsOf(path, written),
    ...(health && { health }),
    ...mountList(path, written, say),
    capabilities: capabilitiesOf(path, written, say),
    ...amountsOf(path, written, say),
    box: boxKeysOf(path, written, say),
    once: written.restart === "no" || written.deploy?.restart_policy?.condition === "none",
    ...(logs && { logs }),
    hosts: routedHosts(path, written.labels, say),
    aliases: aliasesOf(written),
  };
}

function buildLine(build: NonNullable<ComposeServiceText["build"]>): string {
  if (typeof build === "string") return build;
  const { context = ".", dockerfile, target } = build;
  const file = typeof dockerfile === "string" ? ["--file", `${context}/${dockerfile}`] : [];
  return [...file, ...(typeof target === "string" ? ["--target", target] : []), context].join(" ");
}

function needsOf(path: string, { depends_on: needed, links }: ComposeServiceText): ForeignService["needs"] {
  const named = Array.isArray(needed)
    ? needed.map((service) => [service, null] as const)
    : Object.entries(needed ?? {});
  const conditions: Record<string, NeedCondition> = {
    service_healthy: "healthy",
    service_completed_successfully: "completed",
  };
  return [
    ...named.map(([service, value]) => ({
      service,
      condition: conditions[value?.condition ?? ""] ?? ("started" as const),
      path: `${path}.depends_on`,
    })),
    ...(links ?? []).map((link) => ({
      service: link.split(":")[0] ?? "",
      condition: "started" as const,
      path: `${path}.links`,
    })),
  ];
}

function capabilitiesOf(path: string, { cap_add: added }: ComposeServiceText, say: SayLine): string[] {
  const names = (added ?? []).map((each) => each.toUpperCase().replace(/^CAP_/, ""));
  if (names.includes("ALL"))
    say("left", `${path}.cap_add`, "ALL is the machine's root; name the single capabilities that it needs");
  return [...new Set(names.filter((each) => each !== "ALL"))];
}

function logsOf({ logging }: ComposeServiceText): ForeignService["logs"] {
  return logging?.driver === undefined
    ? undefined
    : { driver: logging.driver, options: logging.options ?? {} };
}

function aliasesOf({ container_name: container, hostname, networks }: ComposeServiceText): string[] {
  const ofNetworks = Array.isArray(networks) ? [] : Object.values(networks ?? {});
  const all = [container ?? "", hostname ?? "", ...ofNetworks.flatMap((each) => each?.aliases ?? [])];
  return [...new Set(all.filter((each) => each !== ""))];
}

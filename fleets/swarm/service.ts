import type { types } from "@pulumi/docker";
import { parseSize } from "../../config/sizes.ts";
import { boxCommand } from "../../plan/boxCommand.ts";
import type { SwarmFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { Service } from "../../plan/service.ts";
import { plainSettings } from "../box/box.ts";
import { boxLine } from "../box/command.ts";
import { boxInit, startProblem } from "../box/foreground.ts";
import { boxAliases, boxIdentity } from "../box/identity.ts";
import type { Registered } from "./request.ts";
import { secretFile, readingSecrets } from "./secretText.ts";

/** What a service's boxes follow from. */
export interface ServicePlan {
  fleet: Pick<
    SwarmFleetPlan,
    | "name"
    | "applications"
    | "limits"
    | "command"
    | "constraints"
    | "spread"
    | "boxesPerMachine"
    | "reserved"
    | "drainSeconds"
  >;
  services: readonly Service[];
  /** The image's id, and what the machines have it by. */
  image: string;
  registered: Registered;
  /** Variables, without those that are secret. */
  environment: Readonly<Record<string, string>>;
  /** The Swarm's secret with the others; absent: there are none. */
  secret?: { id: string; name: string };
  /** The network's id. */
  network: string;
  labels: { label: string; value: string }[];
}

type TaskSpec = types.input.ServiceTaskSpec;

const mebibyte = 2 ** 20;
/** Of what lies in memory: a Swarm cannot say whom it belongs to. */
const everybodys = 0o777;

/** The task of a service: a box that is what one on a single engine is. */
export function taskSpec(plan: ServicePlan): TaskSpec {
  const { limits, constraints, spread, boxesPerMachine } = plan.fleet;
  const box = plainSettings({ ...limits, init: "foreground" }, plan.services, undefined);
  return {
    containerSpec: containerSpec(plan, box),
    networksAdvanceds: [{ id: plan.network, aliases: aliasesOf(plan) }],
    placement: {
      ...(constraints.length > 0 && { constraints }),
      ...(spread.length > 0 && { prefs: spread.map((label) => `spread=${label}`) }),
      ...(boxesPerMachine !== undefined && { maxReplicas: boxesPerMachine }),
      platforms: [plan.registered.platform],
    },
    resources: resourcesOf(plan.fleet, box.memory),
    restartPolicy: { condition: "any", delay: "1s", window: "0s" },
    ...(box.logDriver !== undefined && { logDriver: { name: box.logDriver, options: box.logOpts ?? {} } }),
  };
}

function containerSpec(plan: ServicePlan, box: ReturnType<typeof plainSettings>): TaskSpec["containerSpec"] {
  const { fleet, services, image, secret } = plan;
  const [service] = services;
  const own = boxLine(fleet.command, services, fleet.limits);
  return {
    image: plan.registered.manifest,
    ...(secret
      ? { commands: readingSecrets(own ?? (service ? boxCommand(service) : [])) }
      : own && { args: own }),
    env: {
      ...escaped({ ...plan.environment, ...boxIdentity("", image) }),
      FLEET_BOX: `${fleet.name}-{{.Task.Slot}}`,
    },
    readOnly: box.readOnly,
    capDrops: box.capabilities.drops,
    ...(box.capabilities.adds.length > 0 && { capAdds: box.capabilities.adds }),
    ...(box.groupAdds && { groups: box.groupAdds }),
    ...(box.init && { init: true }),
    mounts: Object.keys(box.tmpfs).map((target) => ({
      // What a Swarm says of them by itself is said: else it would be a difference.
      ...{ type: "tmpfs", target, readOnly: false, tmpfsOptions: { mode: everybodys, sizeBytes: 0 } },
    })),
    ...(secret && {
      secrets: [
        {
          ...{ secretId: secret.id, secretName: secret.name, fileName: secretFile },
          ...{ fileUid: String(service?.uid ?? 0), fileGid: String(service?.gid ?? 0), fileMode: 0o400 },
        },
      ],
    }),
    stopGracePeriod: `${fleet.drainSeconds}s`,
    labels: plan.labels,
  };
}

function resourcesOf(
  { limits: { cpus }, reserved = {} }: ServicePlan["fleet"],
  memory: number | undefined,
): NonNullable<TaskSpec["resources"]> {
  const limits = {
    ...(memory !== undefined && { memoryBytes: memory * mebibyte }),
    ...(cpus !== undefined && { nanoCpus: Math.round(cpus * 1e9) }),
  };
  const reservation = {
    ...(reserved.memory !== undefined && { memoryBytes: parseSize(reserved.memory) ?? 0 }),
    ...(reserved.cpus !== undefined && { nanoCpus: Math.round(reserved.cpus * 1e9) }),
  };
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(reservation).length > 0 && { reservation }),
  };
}

function aliasesOf({ fleet: { name, applications } }: ServicePlan): string[] {
  return boxAliases(
    name,
    applications.map((each) => each.name),
  );
}

/** A Swarm takes two braces in a variable for a word of its own. */
function escaped(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll("{{", '{{"{{"}}')]),
  );
}

/** Why boxes of an image cannot run on a Swarm; undefined when they can. */
export function serviceProblem(
  { name, limits, command }: ServicePlan["fleet"],
  services: readonly Service[],
  hasSecrets: boolean,
): string | undefined {
  const problem = startProblem(name, limits, command, services);
  if (problem !== undefined) return problem;
  const what = `fleets.${name}`;
  if (boxInit(limits.init, services) === "systemd" && !command)
    return `${what}: expected an image whose one service runs in the foreground on a Swarm, whose boxes have no systemd, got ${services.map(({ unit }) => unit).join(", ")}; set ${what}.init: foreground, or change the units`;
  const raised = Object.keys(services[0]?.limits ?? {});
  if (raised.length > 0)
    return `${what}: expected a unit without limits that only an engine can raise, on a Swarm, got ${raised.join(", ")}; take them from the unit, and set them by the engines of the machines`;
  if (hasSecrets && services[0]?.existing)
    return `${what}: expected an image of the project, whose program is given secrets on a Swarm, got an existing one; make a layer of its own for it`;
  return undefined;
}

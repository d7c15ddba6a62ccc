import type { SystemdNeeds } from "../../../engine/systemdNeeds.ts";
import type { ContainerFleetPlan } from "../../../plan/environment/FleetPlan.ts";
import type { AccessoryPlan, ContainersPlan } from "../../../plan/environment/TargetPlan.ts";
import { accessoryVolume, sharedVolume } from "../../../plan/data/volumeNames.ts";
import { secretsIn, toldAll } from "../../../plan/glue/told.ts";
import { accessoryLimits } from "../../../fleets/box/box.ts";
import type { FleetLimits } from "../../../plan/limits.ts";
import { boxLine } from "../../../fleets/box/command.ts";
import { runProblem, startProblem } from "../../../fleets/box/foreground.ts";
import { boxAliases, boxIdentity, boxNames } from "../../../fleets/box/identity.ts";
import { boxService, imageOf } from "./box.ts";
import { edgeServices, edgeVolumes } from "./edge.ts";
import { fleetHealth, health } from "./health.ts";
import { network, type ComposeImage, type Images } from "./image.ts";
import { scheduledBox } from "./schedules.ts";
import { composeEnvironment, composeValue } from "./secrets.ts";
import { sharing, type ComposeService } from "./service.ts";

/** A Compose file (Compose specification). */
export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, object>;
  volumes: Record<string, object>;
}

/** The chains of layers that an environment needs when all its fleets are containers on one engine. */
export function composeChains({ fleets, accessories, edge }: ContainersPlan): string[][] {
  return [...fleets, ...accessories, ...(edge ? [edge] : [])].map(({ chain }) => chain);
}

/** The names of the secrets that an environment's boxes are given. */
export function wantedSecrets({ fleets, accessories }: ContainersPlan): string[] {
  const values = [
    ...fleets.map(({ told }) => told.configured),
    ...accessories.map(({ environment }) => environment),
  ];
  return [...new Set(values.flatMap(secretsIn))].sort();
}

/**
 * The Compose file of an environment: the boxes, accessories, edge and door that `up` would run in containers, told the same.
 * @param images by their place (`base.python.catalog`).
 * @param needs of systemd on the engine where it will run.
 * @throws Error when there is no edge, or a box cannot start as it is to.
 */
export function composeFile(
  { edge, accessories, fleets, volumes, schedules = [] }: ContainersPlan,
  images: Images,
  needs: SystemdNeeds,
): ComposeFile {
  if (!edge)
    throw new Error(
      "environment.edge: expected an edge for Compose, got none; add one, or name another stack",
    );
  const here = accessories.map(({ name }) => name);
  const boxes = fleets.flatMap((fleet) => fleetServices(fleet, here, images, needs));
  const scheduled = schedules.map((each) => scheduledBox(each, here, imageOf(images, each.chain)));
  const shared = volumes
    .map(({ name }) => name)
    .filter((name) => !schedules.some((each) => each.name === name));
  return {
    services: Object.fromEntries([
      ...edgeServices(edge, images, needs),
      ...accessories.map(
        (accessory) => [accessory.name, accessoryService(accessory, images, needs)] as const,
      ),
      ...boxes,
      ...scheduled,
    ]),
    networks: { [network]: {} },
    volumes: {
      ...Object.fromEntries(
        [...here.map(accessoryVolume), ...shared.map(sharedVolume)].map((name) => [name, {}]),
      ),
      ...edgeVolumes(edge),
    },
  };
}

/** @param here names of the accessories that run beside it. */
function fleetServices(
  plan: ContainerFleetPlan,
  here: readonly string[],
  images: Images,
  needs: SystemdNeeds,
): [string, ComposeService][] {
  const { name: fleet, chain, limits, applications, workers = [], command, told, boxes } = plan;
  const image = imageOf(images, chain);
  const problem = startProblem(fleet, limits, command, image.services);
  if (problem !== undefined) throw new Error(problem);
  const used = new Set([...applications, ...workers].flatMap(({ uses }) => uses));
  const needed = here.filter((name) => used.has(name));
  const names = applications.map(({ name }) => name);
  const ready = workers.find((worker) => worker.ready)?.ready;
  const paths = plan.volumes?.map(({ path }) => path);
  const check = ready ? health(ready.map(composeValue)) : servedHealth(applications, image);
  return boxNames(fleet, boxes).map((name) => [
    name,
    {
      ...sharing(boxService(image, limits, needs, paths), plan.volumes),
      ...composeCommand(image, command, limits),
      environment: composeEnvironment({ ...toldAll(told), ...boxIdentity(name, image.digest) }),
      networks: { [network]: { aliases: boxAliases(fleet, names) } },
      ...(check && { healthcheck: check }),
      ...(needed.length > 0 && {
        depends_on: Object.fromEntries(needed.map((each) => [each, { condition: "service_healthy" }])),
      }),
      labels: { "immutable-fleets.compose": fleet },
    },
  ]);
}

/** Without an application that is asked, and in an existing image, which need not have Python, what the image says holds. */
function servedHealth(
  applications: ContainerFleetPlan["applications"],
  { services: [service] }: ComposeImage,
): ComposeService["healthcheck"] {
  return applications.length === 0 || service?.existing ? undefined : fleetHealth(applications);
}

/** What a box runs instead of its image's command. */
function composeCommand(
  { services }: ComposeImage,
  command: readonly string[] | undefined,
  limits: FleetLimits,
): Pick<ComposeService, "command"> {
  const line = boxLine(command, services, limits);
  return line ? { command: line.map(composeValue) } : {};
}

function accessoryService(plan: AccessoryPlan, images: Images, needs: SystemdNeeds): ComposeService {
  const { name, chain, volatile, capabilities, memory, environment, volume, ready, command, logs, shape } =
    plan;
  const image = imageOf(images, chain);
  const problem = runProblem(`accessories.${name}`, { command, shape }, image.services);
  if (problem !== undefined) throw new Error(problem);
  const limits = {
    ...{ ...accessoryLimits(command), volatile, capabilities, memory },
    ...{ ...(logs && { logs }), ...(shape && { shape }) },
  };
  const box = boxService(image, limits, needs, [volume]);
  return {
    ...{ ...box, ...composeCommand(image, command, limits) },
    environment: composeEnvironment(environment),
    volumes: [...(box.volumes ?? []), { type: "volume", source: accessoryVolume(name), target: volume }],
    networks: { [network]: { aliases: [name] } },
    healthcheck: health(ready.map(composeValue), "2s"),
  };
}

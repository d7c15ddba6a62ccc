import { edgeName } from "../../../config/edge.ts";
import type { SystemdNeeds } from "../../../engine/systemdNeeds.ts";
import { chainId } from "../../../plan/chain.ts";
import { checkedFor } from "../../../plan/checked.ts";
import type { ContainerFleetPlan } from "../../../plan/environment/FleetPlan.ts";
import type { AccessoryPlan, ContainersPlan, EdgeBoxPlan } from "../../../plan/environment/TargetPlan.ts";
import { accessoryVolume, sharedVolume } from "../../../plan/data/volumeNames.ts";
import { secretsIn, toldAll } from "../../../plan/glue/told.ts";
import type { FleetLimits } from "../../../plan/limits.ts";
import { accessoryLimits, plainSettings } from "../../../fleets/box/box.ts";
import { boxLine } from "../../../fleets/box/command.ts";
import { runProblem, startProblem } from "../../../fleets/box/foreground.ts";
import { boxAliases, boxIdentity, boxNames } from "../../../fleets/box/identity.ts";
import { edgeConfiguration } from "../../../fleets/edge/configuration.ts";
import { edgePlan } from "../../../fleets/edge/plan.ts";
import { doorSettings, edgeLimits } from "../../../fleets/edge/settings.ts";
import { edgeHealth, fleetHealth, health } from "./health.ts";
import { network, type ComposeImage } from "./image.ts";
import { scheduledBox } from "./schedules.ts";
import { composeEnvironment, composeValue } from "./secrets.ts";
import { composeSettings, sharing, type ComposeService } from "./service.ts";

/** A Compose file (Compose specification). */
export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, object>;
  volumes: Record<string, object>;
}

/** The images of an environment by their place, as far as they are there. */
type Images = ReadonlyMap<string, ComposeImage>;

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
    volumes: Object.fromEntries(
      [...here.map(accessoryVolume), ...shared.map(sharedVolume)].map((name) => [name, {}]),
    ),
  };
}

function imageOf(images: Images, chain: readonly string[]): ComposeImage {
  return checkedFor(images.get(chainId(chain)), `an image of the chain ${chainId(chain)}`);
}

/** What a box may do and write, by its image. @param volumes paths of named volumes. */
function boxService(
  { reference, services }: ComposeImage,
  limits: FleetLimits,
  needs: SystemdNeeds,
  volumes: readonly string[] = [],
): ComposeService {
  const settings = plainSettings(limits, services, needs, volumes);
  return composeSettings(reference, settings, settings.tmpfs);
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

/** The door owns the published port and the network namespace that the edge joins. */
function edgeServices(edge: EdgeBoxPlan, images: Images, needs: SystemdNeeds): [string, ComposeService][] {
  const image = imageOf(images, edge.chain);
  const plan = edgePlan(edge);
  return [
    [
      "door",
      {
        ...composeSettings(image.reference, doorSettings(edge.settings, edge)),
        networks: { [network]: { aliases: [edgeName] } },
      },
    ],
    [
      "edge",
      {
        ...boxService(image, edgeLimits(plan, edge.logs), needs),
        network_mode: "service:door",
        environment: composeEnvironment({ EDGE_CONFIGURATION: edgeConfiguration(plan) }),
        healthcheck: edgeHealth,
      },
    ],
  ];
}

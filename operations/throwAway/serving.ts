import { z } from "zod";
import type { Engine } from "../../engine/engine.ts";
import { withEngine } from "../../engine/connection.ts";
import { inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { applicationAlias } from "../../plan/glue/topology.ts";
import { serviceSchema, type Service } from "../../plan/service.ts";
import { boxesByEngine } from "../state/engines.ts";
import type { StateResource } from "../state/resource.ts";
import { wantedBoxes, type WantedBox } from "../state/box.ts";

/** A box that serves, as its engine has it, and the services in its image. */
export interface ServingBox {
  facts: ContainerFacts;
  services: Service[];
}

/** The boxes of a fleet of containers. @throws Error where none runs. */
export function boxesOfFleet(resources: readonly StateResource[], fleet: string): WantedBox[] {
  const all = wantedBoxes(resources).filter(({ kind }) => kind === "fleet");
  const known = all.map(({ group }) => group);
  return some("FLEET: expected a fleet of containers that runs here", all, fleet, known, (box) => [
    box.group,
  ]);
}

/**
 * The boxes that an application runs on.
 * @param fleets as they are configured: an application that takes no requests is known by its fleet alone.
 * @throws Error where none runs.
 */
export function boxesOfApplication(
  resources: readonly StateResource[],
  application: string,
  fleets: Readonly<Record<string, { applications: readonly string[] }>>,
): WantedBox[] {
  const all = wantedBoxes(resources).filter(({ kind }) => kind === "fleet");
  const end = applicationAlias("");
  const served = ({ networks }: WantedBox) =>
    Object.values(networks)
      .flat()
      .flatMap((alias) => (alias.endsWith(end) ? [alias.slice(0, -end.length)] : []));
  const moved = new Set(all.flatMap(served));
  const applicationsOn = (box: WantedBox) => {
    const configured = fleets[box.group]?.applications ?? [];
    return [...served(box), ...configured.filter((each) => !moved.has(each))];
  };
  const known = all.flatMap(applicationsOn);
  const expected = "APPLICATION: expected one that runs in containers here";
  return some(expected, all, application, known, applicationsOn);
}

function some(
  expected: string,
  all: readonly WantedBox[],
  name: string,
  known: readonly string[],
  namesOf: (box: WantedBox) => readonly string[],
): WantedBox[] {
  const found = all.filter((box) => namesOf(box).includes(name));
  if (found.length > 0) return found;
  const fix =
    known.length > 0 ? `choose one of ${[...new Set(known)].sort().join(", ")}` : "npm run up starts some";
  throw new Error(`${expected}, got ${name}; ${fix}`);
}

/** Does something with the first of some boxes, on its engine. @throws Error where its container is gone. */
export function withServing<T>(
  resources: readonly StateResource[],
  boxes: readonly WantedBox[],
  work: (engine: DockerClient, box: ServingBox) => Promise<T>,
): Promise<T> {
  const [first] = boxesByEngine(resources, boxes);
  const engine: Engine | undefined = first?.engine;
  const box = first?.boxes[0];
  return withEngine(engine, async (client) => {
    const [facts] = box ? await inspectContainers([box.id], client) : [];
    if (!facts)
      throw new Error(
        `${box?.name ?? "box"}: expected its container, got none; npm run refresh, then npm run up, make it anew`,
      );
    const told = (await inspectImage(facts.Image, client))?.Config.Labels?.[labels.services] ?? "[]";
    return work(client, { facts, services: z.array(serviceSchema).parse(JSON.parse(told)) });
  });
}

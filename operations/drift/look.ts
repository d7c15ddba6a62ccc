import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { throwAwayLabel } from "../../engine/throwAway.ts";
import { containersLabelled, inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import { lookInside } from "./inside.ts";
import { projectName } from "../stack/projectName.ts";
import { environmentMap, wantedBoxes, type WantedBox } from "../state/box.ts";
import { boxesByEngine } from "../state/engines.ts";
import { containerType, outputsOf, releaseIn, resourcesOf } from "../state/resource.ts";
import { lookAtBackups } from "./backups.ts";
import { agedBases, type AgedBase } from "../age/bases.ts";
import { agedCertificates } from "../age/certificates.ts";
import { ageDrift } from "./finding/age.ts";
import { readConfigured } from "./finding/configured.ts";
import { contentDrift } from "./finding/content.ts";
import type { DriftReport, DriftFinding } from "./finding/finding.ts";
import { certificateDrift, supportDrift } from "./finding/support.ts";
import { hostDrift } from "./hosts.ts";
import { instanceDrift } from "./instances/look.ts";
import { serviceDrift } from "./services.ts";
import { resourceDrift } from "./resources.ts";
import { settingsDrift, type ImageSettings } from "./settings.ts";
import { networksOf, strangers, type Neighbour } from "./strangers.ts";
import { messageOf } from "../../work/message.ts";

/**
 * Looks for drift of every kind; changes neither the state nor anything that runs.
 * @param aging is given the bases that are in long-term support: no drift yet.
 */
export async function lookForDrift(
  stack: Stack,
  aging: (bases: AgedBase[]) => void = () => undefined,
): Promise<DriftReport> {
  const resources = resourcesOf(await stack.exportStack());
  const boxes = wantedBoxes(resources);
  const configured = await readConfigured(stack);
  const known = new Set(resources.filter(({ type }) => type === containerType).map(({ id }) => id));
  const report: DriftReport = { stack: stack.name, findings: [], unknown: [] };
  const { findings, unknown } = report;
  const stopped: string[] = [];
  for (const { engine, boxes: own } of boxesByEngine(resources, boxes))
    await withEngine(engine, async (client) => {
      stopped.push(...(await lookAtBoxes(own, known, configured.maximumDays, report, client)));
    });
  findings.push(...(await serviceDrift(resources)));
  const aged = agedBases(releaseIn(resources), new Date());
  aging(aged.filter(({ end }) => end.state === "longTerm"));
  findings.push(...supportDrift(aged));
  const { url } = outputsOf(resources);
  const certificates = await agedCertificates(url, configured.hosts, new Date());
  findings.push(...certificateDrift(certificates));
  findings.push(...(await lookAtBackups(resources, unknown)));
  findings.push(...(await hostDrift(resources, unknown)));
  findings.push(
    ...(await instanceDrift(resources, { stack: `${projectName}/${stack.name}`, ...configured }, unknown)),
  );
  const told = new Set(findings.flatMap(({ repairUrn }) => repairUrn ?? []));
  findings.push(...resourceDrift(await refreshEvents(stack, stopped), told));
  return report;
}

/** Adds what drifted on one engine to a report. @returns the boxes that do not run. */
async function lookAtBoxes(
  boxes: readonly WantedBox[],
  known: ReadonlySet<string>,
  maximumDays: number | undefined,
  { findings, unknown }: DriftReport,
  engine: DockerClient,
): Promise<string[]> {
  const containers = await inspectContainers(
    boxes.map(({ id }) => id),
    engine,
  );
  for (const box of boxes) {
    const facts = containers.find(({ Id }) => Id === box.id);
    const image = await imageSettings(box.image, engine);
    findings.push(...settingsDrift(box, facts, image));
    findings.push(...ageDrift(box, facts, maximumDays, new Date()));
    if (facts?.State.Running) findings.push(...(await insideDrift(box, facts, image, unknown, engine)));
  }
  findings.push(...strangers(await neighboursIn(networksOf(boxes), engine), known));
  return notRunning(boxes, containers);
}

/** Older plugins remove a stopped container when they refresh it, even in a preview: it is not refreshed. */
function notRunning(boxes: readonly WantedBox[], containers: readonly ContainerFacts[]): string[] {
  return boxes
    .filter(({ id }) => containers.some(({ Id, State }) => Id === id && !State.Running))
    .map(({ urn }) => urn);
}

async function refreshEvents(stack: Stack, exclude: string[]): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const onEvent = (event: EngineEvent) => void events.push(event);
  await stack.previewRefresh({ onEvent, ...(exclude.length > 0 && { exclude }) });
  return events;
}

/** An existing image need not have a program that looks; what the engine sees of its boxes is seen. */
function isExisting(image: ImageSettings | undefined): boolean {
  return image !== undefined && !(labels.layer in image.labels);
}

async function insideDrift(
  box: WantedBox,
  facts: ContainerFacts,
  image: ImageSettings | undefined,
  unknown: string[],
  engine: DockerClient,
): Promise<DriftFinding[]> {
  try {
    const inside = await lookInside(facts, engine);
    if (inside.mounts === undefined && Object.keys(box.tmpfs).length > 0 && !isExisting(image))
      unknown.push(`${box.name}: expected programs to look at its volatile files, got none in the image`);
    // An entry point that starts as root leaves files of root to whom it becomes.
    const isRoot = isExisting(image) && /^(root|0)?(:|$)/.test(image?.user ?? "");
    return contentDrift(box, isRoot ? { ...inside, uid: 0 } : inside);
  } catch (error) {
    unknown.push(`${box.name}: expected a look inside, got ${messageOf(error)}`);
    return [];
  }
}

async function imageSettings(id: string, engine: DockerClient): Promise<ImageSettings | undefined> {
  const image = await inspectImage(id, engine);
  const { Env, Labels, Volumes, User } = (image?.Config ?? {}) as {
    User?: string;
    Env?: string[] | null;
    Labels?: Record<string, string> | null;
    Volumes?: Record<string, object> | null;
  };
  const volumes = Object.keys(Volumes ?? {});
  const settings = {
    environment: environmentMap(Env ?? []),
    labels: Labels ?? {},
    volumes,
    user: User ?? "",
  };
  return image && settings;
}

const networkSchema = z.array(
  z.object({ Containers: z.record(z.string(), z.object({ Name: z.string() })).nullish() }),
);

async function neighboursIn(networks: readonly string[], engine: DockerClient): Promise<Neighbour[]> {
  const throwAway = new Set(await containersLabelled(throwAwayLabel, undefined, engine));
  // A Swarm says by itself which services have boxes in a network, and has an end of its own there.
  const tasks = new Set(await containersLabelled("com.docker.swarm.task.id", undefined, engine));
  const isSwarms = (id: string) => tasks.has(id) || id.startsWith("lb-");
  const found = await Promise.all(
    networks.map(async (network) => {
      const answer = await engine.run(["network", "inspect", network]).catch(() => "[]");
      const [facts] = networkSchema.parse(JSON.parse(answer));
      return Object.entries(facts?.Containers ?? {})
        .filter(([id]) => !isSwarms(id))
        .map(([id, { Name }]) => ({
          ...{ id, name: Name, network },
          isThrowAway: throwAway.has(id),
        }));
    }),
  );
  return found.flat();
}

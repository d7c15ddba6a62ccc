import { setTimeout as sleep } from "node:timers/promises";
import {
  containersLabelled,
  inspectContainers,
  lastLines,
  type ContainerFacts,
} from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import type { BackupRequest } from "./request.ts";

const readySeconds = 120;
const lookEveryMilliseconds = 200;
const shownLogLines = 20;

/** The accessory's box, running or not; undefined where there is none. */
export async function boxOf(
  engine: DockerClient,
  { stack, box, volume }: BackupRequest,
): Promise<ContainerFacts | undefined> {
  const found = await inspectContainers(
    await containersLabelled("immutable-fleets.box", box, engine),
    engine,
  );
  return found.find(
    ({ Config, Mounts }) =>
      Config.Labels?.["immutable-fleets.stack"] === stack && Mounts.some(({ Name }) => Name === volume),
  );
}

/** The same. @throws Error where there is none. */
export async function someBoxOf(engine: DockerClient, request: BackupRequest): Promise<ContainerFacts> {
  const found = await boxOf(engine, request);
  if (found) return found;
  throw new Error(`${request.box}: expected its box on the engine, got none; npm run up makes it`);
}

/** Waits until a box can serve. @throws Error with the last lines of its log when it does not in time, or has ended. */
export async function untilReady(
  engine: DockerClient,
  id: string,
  { box, ready }: BackupRequest,
): Promise<void> {
  const deadline = Date.now() + readySeconds * 1000;
  for (;;) {
    if ((await engine.exec(id, ready)).exitCode === 0) return;
    const [facts] = await inspectContainers([id], engine);
    // The engine starts one again that has ended: that makes it no better.
    if (!facts?.State.Running || facts.State.Restarting || Date.now() > deadline) break;
    await sleep(lookEveryMilliseconds);
  }
  const log = await lastLines(id, shownLogLines, engine);
  throw new Error(
    `${box}: expected a box that is ready within ${readySeconds} s, got one that is not; the last lines of its log:\n${log.replace(/^/gm, "  ")}`,
  );
}

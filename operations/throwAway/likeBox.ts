import type { DockerClient } from "../../engine/DockerClient.ts";
import { isNamedVolume } from "../../engine/containers.ts";
import { shapeOf } from "../../engine/boxShape.ts";
import { boxVariables } from "../../engine/spareBox.ts";
import { createThrowAway, throwAwayLabel, type ThrowAwayBox } from "../../engine/throwAway.ts";
import type { Service } from "../../plan/service.ts";
import { taskCommand } from "../../plan/taskCommand.ts";
import type { ServingBox } from "./serving.ts";

/** What a throw-away box is for. */
export interface ThrowAwayUse {
  /** `orders.migrate`, `exec`: what the box is told that it is, and why it is there. */
  purpose: string;
  /** Whose user, folder and environment files the command has; undefined: as the image says. */
  service: Service | undefined;
  command: readonly string[];
  /** Whether the command takes the place of the image's entry point. Default: its arguments, as in Compose. */
  replacesEntrypoint?: boolean;
  input?: ThrowAwayBox["input"];
}

/** A throw-away box like one that serves: of its image, in its network, told the same. */
export async function likeBox(
  engine: DockerClient,
  { facts }: ServingBox,
  { purpose, service, command, replacesEntrypoint = false, input }: ThrowAwayUse,
): Promise<ThrowAwayBox> {
  const [network = "none"] = Object.keys(facts.NetworkSettings.Networks);
  const line = taskCommand(service, command);
  const [entrypoint = "", ...others] = line;
  return {
    image: facts.Image,
    network,
    // A box with systemd runs as root, its services do not.
    shape: { ...shapeOf(facts, service && `${service.uid}:${service.gid}`), volumes: volumesOf(facts) },
    variables: { ...(await boxVariables(engine, facts)), FLEET_BOX: purpose },
    ...(replacesEntrypoint ? { entrypoint, command: others } : { command: line }),
    labels: { [throwAwayLabel]: purpose },
    ...(input !== undefined && { input }),
  };
}

/** What its fleet's boxes share. */
function volumesOf({ Mounts }: ServingBox["facts"]): ThrowAwayBox["shape"]["volumes"] {
  return Mounts.filter(isNamedVolume).map(({ Name: name = "", Destination: path, RW }) => ({
    ...{ name, path },
    readOnly: RW === false,
  }));
}

/** What this process can give a command: a terminal where it has one on both sides. */
export function inputHere(): NonNullable<ThrowAwayBox["input"]> {
  return process.stdin.isTTY && process.stdout.isTTY ? "terminal" : "stream";
}

/** Runs a throw-away box on this process's streams, and removes it. @returns the exit code of its command. */
export async function runThrowAway(engine: DockerClient, box: ThrowAwayBox): Promise<number> {
  const id = await createThrowAway(engine, box);
  try {
    return await engine.attached(["start", "--attach", "--interactive", id]);
  } finally {
    await engine.ask(["rm", "--force", "--volumes", id]);
  }
}

import type { Deployment, EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../config/root.ts";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { changeState } from "../state/change.ts";
import { byEngine } from "../state/engines.ts";
import { commandType, containerType, resourcesOf } from "../state/resource.ts";
import { messageOf } from "../../work/message.ts";

/** Something that an update began to make when it was killed, as the state remembers it. */
export interface PendingOperation {
  type: string;
  resource: { type: string; urn: string; provider?: string; inputs?: { name?: unknown } };
}

interface State {
  resources?: { id?: string }[];
  pending_operations?: PendingOperation[];
}

/** The sweep after a killed update, as part of the one that follows. */
export interface InterruptedSweep {
  /** Begins it when the engine says that the update before was interrupted. */
  see(event: EngineEvent): void;
  /** Waits for it, and has the state forget what was swept. */
  end(): Promise<void>;
}

/**
 * What a killed update had begun is unknown to the engine, which warns of it for ever. Containers of it are removed by the names
 * that the state remembers, as soon as the engine warns: a half-made box must get no requests. Commands (builds, gates) leave
 * nothing behind that the next run does not use or remove. Other kinds stay as they are, with the engine's advice.
 */
export function sweepInterrupted(stack: Stack): InterruptedSweep {
  let sweep: Promise<void> | undefined;
  return {
    see: ({ diagnosticEvent }) => {
      if (sweep || !/interrupted while creating/.test(diagnosticEvent?.message ?? "")) return;
      sweep = removeContainers(stack);
      // Awaited at the end; until then a failure of it must not end the update.
      sweep.catch(() => undefined);
    },
    end: async () => {
      if (!sweep) return;
      try {
        await sweep;
        await changeState({ stack: stack.name, folder: projectRoot }, withoutSwept);
      } catch (error) {
        // What became of the update itself is what counts; the next one tries this again.
        const reason = messageOf(error);
        process.stderr.write(
          `expected the state to forget what a killed update had begun, got: ${reason}; run up again\n`,
        );
      }
    },
  };
}

/**
 * The state without what was swept; undefined where more is pending, which stays known: the engine would forget all of it, and keeps
 * warning of it instead.
 */
export function withoutSwept(deployment: Deployment): Deployment | undefined {
  const state = stateOf(deployment);
  const pending = state.pending_operations ?? [];
  if (pending.length === 0 || !pending.every(isSwept)) return undefined;
  return { ...deployment, deployment: { ...state, pending_operations: [] } };
}

async function removeContainers(stack: Stack): Promise<void> {
  const deployment = await stack.exportStack();
  const begun = byEngine(resourcesOf(deployment), interruptedContainers(stateOf(deployment)));
  for (const [engine, containers] of begun)
    await withEngine(engine, async (client) => {
      for (const { name } of containers) await removeContainer(name, client);
    });
}

async function removeContainer(name: string, engine: DockerClient): Promise<void> {
  const result = await engine.ask(["rm", "--force", "--volumes", name]);
  if (result.exitCode === 0 && result.stdout !== "")
    process.stderr.write(`removed ${name}, which a killed update had begun to make\n`);
  else if (result.exitCode !== 0 && !/no such container/i.test(result.stderr))
    process.stderr.write(
      `${name}: expected to remove what a killed update had begun to make, got: ${result.stderr}; remove it by docker rm --force ${name}\n`,
    );
}

/** The containers that a killed update had begun to make, and what makes them. */
export function interruptedContainers({
  pending_operations = [],
}: State): { name: string; provider: string }[] {
  return pending_operations
    .filter((operation) => isSwept(operation) && operation.resource.type === containerType)
    .flatMap(({ resource: { inputs, provider = "" } }) =>
      typeof inputs?.name === "string" ? [{ name: inputs.name, provider }] : [],
    );
}

function isSwept({ type, resource }: PendingOperation): boolean {
  return type === "creating" && [containerType, commandType].includes(resource.type);
}

function stateOf({ deployment }: Deployment): State {
  return (deployment ?? {}) as State;
}

import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { limitedService } from "../../plan/boxShape.ts";
import { taskId, type TaskPlan } from "../../plan/environment/tasks.ts";
import type { FleetLimits } from "../../plan/limits.ts";
import type { Service } from "../../plan/service.ts";
import { serviceOf, taskCommand } from "../../plan/taskCommand.ts";
import { messageOf } from "../../work/message.ts";
import type { BoxVolume } from "../box/box.ts";
import { boxIdentity } from "../box/identity.ts";
import type { EnginePlace } from "../box/place.ts";
import { keepsResult, taskBox, type TaskRequest } from "./request.ts";
import { taskShape } from "./shape.ts";

export interface TaskStepArgs {
  plan: TaskPlan;
  image: pulumi.Input<string>;
  services: pulumi.Input<Service[]>;
  /** What the boxes of its fleet may do, and are told. */
  limits: FleetLimits;
  environment: pulumi.Input<Record<string, string>>;
  place: Pick<EnginePlace, "engine" | "prefix" | "network">;
  /** Names of the volumes of the accessories that its application uses: on another one, it has not run. */
  volumes: pulumi.Input<string>[];
  /** The named volumes in its box. */
  mounts: readonly BoxVolume[];
}

/**
 * A task that runs once before a swap. Another image, command or volume runs it; what else its box is told is noted, and runs nothing. One that
 * fails fails the update before any box is made.
 */
export class TaskStep extends command.local.Command {
  constructor(args: TaskStepArgs, opts: pulumi.CustomResourceOptions) {
    const { plan, place } = args;
    const { image, services, environment, mounts } = args;
    const known = pulumi.all([image, services, environment, place.network.name, pulumi.output(mounts)]);
    const request = known.apply(([id, found, variables, network, there]) =>
      requestOf(args, { image: id, services: found, environment: variables, network, mounts: there }),
    );
    super(
      `${place.prefix}${taskId(plan)}-task`,
      {
        interpreter: ["node", "fleets/tasks/main.ts"],
        create: plan.irreversible ? "run, irreversible" : "run",
        update: keepsResult,
        stdin: pulumi.secret(request.apply((each) => JSON.stringify(each))),
        triggers: [taskDigest(plan, args.image), ...args.volumes],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { ...opts, customTimeouts: { create: "49h", update: "10m" } },
    );
  }
}

/** What a task is, as releases remember it: its image and its command. */
export function taskDigest({ command: line }: TaskPlan, image: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(image).apply((id) => sha256(canonicalJson({ image: id, command: line })));
}

/** What is known of a task once the resources are there that it needs. */
interface KnownOfTask {
  image: string;
  services: readonly Service[];
  environment: Readonly<Record<string, string>>;
  network: string;
  mounts: readonly pulumi.Unwrap<BoxVolume>[];
}

function requestOf(
  { plan, limits, place: { engine } }: TaskStepArgs,
  { image, services, environment, network, mounts }: KnownOfTask,
): TaskRequest {
  const found = told(() => serviceOf(plan.application, services));
  const service = found && limitedService(found, limits.shape?.ulimits);
  return {
    application: plan.application,
    task: plan.name,
    box: taskBox(network, plan.application, plan.name),
    ...(engine && { engine }),
    ...{ image, network },
    variables: { ...environment, ...boxIdentity(taskId(plan), image) },
    command: taskCommand(service, plan.command),
    shape: taskShape(limits, service, mountsOfTask(mounts)),
    timeoutSeconds: plan.timeoutSeconds,
  };
}

function mountsOfTask(mounts: KnownOfTask["mounts"]): TaskRequest["shape"]["volumes"] {
  return mounts.map(({ volumeName, containerPath, readOnly = false }) => ({
    name: volumeName,
    path: containerPath,
    readOnly,
  }));
}

/** A user's mistake is told without a stack trace. */
function told<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw new pulumi.RunError(messageOf(error));
  }
}

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../box/stackLabel.ts";
import type { BoxShapePlan } from "../../plan/boxShape.ts";
import type { LogPlan } from "../../plan/logs.ts";
import type { Service } from "../../plan/service.ts";
import { BackupStep, type BackupStepArgs } from "../backup/BackupStep.ts";
import { FitStep, type FitStepArgs } from "../fit/FitStep.ts";
import { GateCheck } from "../gate/GateCheck.ts";
import { accessoryLimits, boxProperties, boxSettings, shapeLabels } from "../box/box.ts";
import { boxArguments } from "../box/command.ts";
import { runProblem, startNotes } from "../box/foreground.ts";
import { say } from "../box/say.ts";
import { environmentList } from "./ContainerFleet.ts";
import type { EnginePlace } from "../box/place.ts";
import { accessoryVolume } from "../../plan/data/volumeNames.ts";

export interface AccessoryArgs {
  services: pulumi.Input<Service[]>;
  image: pulumi.Input<string>;
  environment: pulumi.Input<Record<string, string>>;
  /** The engine that it runs on. */
  place: Pick<EnginePlace, "engine" | "prefix" | "network" | "options" | "systemdNeeds">;
  /** Path of its data in the box. */
  volumePath: string;
  volatile: readonly string[];
  capabilities: readonly string[];
  memory?: string | undefined;
  /** What its box runs instead of its image's command. */
  command?: readonly string[] | undefined;
  logs?: LogPlan;
  shape?: BoxShapePlan;
  /** Refuse to destroy the volume. */
  protect: boolean;
  /** Take a newer image; the service is away while its box is replaced. */
  update: boolean;
  /** Command that exits 0 in the box once it can serve. */
  ready: string[];
  /** Its name before: what the state has by that name is taken over, the volume as it is. */
  renamedFrom?: string | undefined;
  /** Command of a newer image that exits 0 where that takes the data as it is; else the box stays. */
  fits?: string[] | undefined;
  /** How it is backed up, and the value of the secret that encrypts. */
  backup?: Pick<BackupStepArgs, "plan" | "key"> | undefined;
}

/** A stateful service on a named volume: never swapped by an application's change, its data protected. */
export class Accessory extends pulumi.ComponentResource {
  readonly container: pulumi.Output<string>;
  /** Name of the volume with its data. */
  readonly volume: pulumi.Output<string>;

  constructor(alias: string, args: AccessoryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { place, renamedFrom } = args;
    const name = `${place.prefix}${alias}`;
    // Its parts are taken over with it: their names begin with its own.
    const aliases = renamedFrom === undefined ? [] : [{ name: `${place.prefix}${renamedFrom}` }];
    super("fleet:index:Accessory", name, {}, { ...opts, ...place.options, aliases });
    const volume = new docker.Volume(
      accessoryVolume(name),
      {},
      { parent: this, protect: args.protect, retainOnDelete: false },
    );
    this.volume = volume.name;
    const fit =
      args.update && args.fits
        ? [new FitStep(name, fitArgs(alias, args, args.fits, volume.name), { parent: this })]
        : [];
    const backup =
      args.backup &&
      new BackupStep(name, backupArgs(args, args.backup, volume.name), { parent: this, dependsOn: fit });
    const box = new docker.Container(
      name,
      {
        ...boxSettings({
          ...args,
          ...accessoryLimits(args.command),
          systemdNeeds: place.systemdNeeds,
          volumes: [{ volumeName: volume.name, containerPath: args.volumePath }],
        }),
        image: pulumi.all([args.image, args.services]).apply(([image, services]) => {
          const { command, shape } = args;
          const problem = runProblem(`accessories.${alias}`, { command, shape }, services);
          if (problem !== undefined) throw new pulumi.RunError(problem);
          say(startNotes(`accessories.${alias}`, accessoryLimits(args.command).init, services), this);
          return image;
        }),
        ...boxArguments(args.command, args.services, {
          ...accessoryLimits(args.command),
          ...(args.shape && { shape: args.shape }),
        }),
        envs: pulumi.output(args.environment).apply(environmentList),
        // Boxes that were told the former name serve on until they are swapped.
        networksAdvanced: [
          { name: place.network.name, aliases: [alias, ...(renamedFrom === undefined ? [] : [renamedFrom])] },
        ],
        labels: [
          { label: "immutable-fleets.box", value: name },
          { label: "immutable-fleets.stack", value: stackLabel() },
          ...shapeLabels(args.shape),
        ],
      },
      // Two boxes must never write the same data.
      {
        parent: this,
        deleteBeforeReplace: true,
        replaceOnChanges: boxProperties,
        // How it is built and what it prints are no reason to take it away.
        ignoreChanges: args.update ? [] : ["image", "tmpfs", "logDriver", "logOpts"],
        // An image that does not take the data, and a failed backup, leave the old box where it is.
        dependsOn: backup ? [...fit, backup] : fit,
      },
    );
    const gate = new GateCheck(
      name,
      {
        boxes: box.id.apply((id) => ({ [name]: id })),
        applications: [],
        ready: args.ready,
        timeoutSeconds: 120,
        steadySeconds: 1,
        ...(place.engine && { engine: place.engine }),
      },
      { parent: this },
    );
    this.container = pulumi.all([box.id, gate.stdout]).apply(([id]) => id);
    this.registerOutputs({ container: this.container });
  }
}

function fitArgs(
  accessory: string,
  { place, volumePath, image }: AccessoryArgs,
  command: string[],
  volume: pulumi.Input<string>,
): FitStepArgs {
  return { accessory, command, volumePath, image, volume, ...(place.engine && { engine: place.engine }) };
}

/** An image that the box does not follow replaces nothing. */
function backupArgs(
  args: AccessoryArgs,
  backup: NonNullable<AccessoryArgs["backup"]>,
  volume: pulumi.Input<string>,
): BackupStepArgs {
  const { place, volumePath, ready, update, image } = args;
  return {
    ...backup,
    ...{ volume, volumePath, ready },
    ...(place.engine && { engine: place.engine }),
    ...(update && { image }),
  };
}

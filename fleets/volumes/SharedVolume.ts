import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { VolumeMount } from "../../config/volumes.ts";
import { checkedFor } from "../../plan/checked.ts";
import { sharedVolume } from "../../plan/data/volumeNames.ts";
import type { ContainerFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { ContainersPlan, SharedVolumePlan } from "../../plan/environment/TargetPlan.ts";
import type { BoxVolume } from "../box/box.ts";
import type { EnginePlace } from "../box/place.ts";
import type { FillRequest } from "./request.ts";

export interface SharedVolumeArgs {
  plan: SharedVolumePlan;
  /** Whose place in its image says what is in it at first, who owns it and who may write. */
  first: { image: pulumi.Input<string>; path: string };
  place: Pick<EnginePlace, "engine" | "prefix" | "options">;
}

/** A named volume that the boxes of applications share, old and new: it outlives them, protected. */
export class SharedVolume extends pulumi.ComponentResource {
  /** What the engine calls it; known once it may be used. */
  readonly volume: pulumi.Output<string>;

  constructor({ plan: { name, protect }, first, place }: SharedVolumeArgs) {
    const own = `${place.prefix}${name}`;
    super("fleet:index:SharedVolume", own, {}, place.options);
    const made = new docker.Volume(sharedVolume(own), {}, { parent: this, protect });
    const filled = new command.local.Command(
      `${sharedVolume(own)}-fill`,
      {
        interpreter: ["node", "fleets/volumes/main.ts"],
        create: "fill",
        stdin: pulumi.all([made.name, first.image]).apply(([volume, image]) => {
          const { engine } = place;
          const request: FillRequest = { volume, image, path: first.path, ...(engine && { engine }) };
          return JSON.stringify(request);
        }),
        triggers: [made.name],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      // What is in it by then is its users'.
      { parent: this, ignoreChanges: ["stdin"] },
    );
    this.volume = pulumi.all([made.name, filled.stdout]).apply(([volume]) => volume);
    this.registerOutputs({ volume: this.volume });
  }
}

/** The volumes of what runs in containers on an engine, by their names: each as the image of the first fleet has it that writes it. */
export function volumesOn(
  { volumes, fleets }: Pick<ContainersPlan, "volumes" | "fleets">,
  place: SharedVolumeArgs["place"] & Pick<EnginePlace, "image">,
): Map<string, SharedVolume> {
  return new Map(
    volumes.map((plan) => {
      const { fleet, mount } = firstUser(plan.name, fleets);
      const first = { image: place.image(fleet.chain).image, path: mount.path };
      return [plan.name, new SharedVolume({ plan, first, place })] as const;
    }),
  );
}

function firstUser(volume: string, fleets: readonly ContainerFleetPlan[]) {
  const users = fleets.flatMap((fleet) =>
    (fleet.volumes ?? []).filter((mount) => mount.volume === volume).map((mount) => ({ fleet, mount })),
  );
  return checkedFor(
    users.find(({ mount }) => !mount.readOnly) ?? users[0],
    `a fleet with the volume ${volume}`,
  );
}

/** The volumes of a box, by their names here. */
export function boxVolumes(
  mounts: readonly VolumeMount[],
  shared: ReadonlyMap<string, Pick<SharedVolume, "volume">>,
): BoxVolume[] {
  return mounts.map(({ volume, path, readOnly }) => ({
    volumeName: checkedFor(shared.get(volume), `the volume ${volume}`).volume,
    containerPath: path,
    ...(readOnly && { readOnly }),
  }));
}

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { sharedVolume } from "../../plan/data/volumeNames.ts";
import type { SharedVolumePlan } from "../../plan/environment/TargetPlan.ts";
import type { VolumeMount } from "../../config/volumes.ts";
import { checkedFor } from "../../plan/checked.ts";
import type { BoxVolume } from "../box/box.ts";
import type { EnginePlace } from "../box/place.ts";

/** A named volume that the boxes of applications share, old and new: it outlives them, protected. */
export class SharedVolume extends pulumi.ComponentResource {
  /** What the engine calls it. */
  readonly volume: pulumi.Output<string>;

  constructor(
    { name, protect }: SharedVolumePlan,
    { prefix, options }: Pick<EnginePlace, "prefix" | "options">,
  ) {
    const own = `${prefix}${name}`;
    super("fleet:index:SharedVolume", own, {}, options);
    const volume = new docker.Volume(sharedVolume(own), {}, { parent: this, protect });
    this.volume = volume.name;
    this.registerOutputs({ volume: this.volume });
  }
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

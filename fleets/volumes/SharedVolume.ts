import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { VolumeMount } from "../../config/volumes.ts";
import { checkedFor } from "../../plan/checked.ts";
import { sharedVolume } from "../../plan/data/volumeNames.ts";
import type { ContainerFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { ContainersPlan, SharedVolumePlan } from "../../plan/environment/TargetPlan.ts";
import type { SchedulesPlan } from "../../plan/environment/schedules.ts";
import type { Service } from "../../plan/service.ts";
import type { BoxVolume } from "../box/box.ts";
import { boxInit } from "../box/foreground.ts";
import type { EnginePlace } from "../box/place.ts";
import { schedulesService } from "../schedules/program.ts";
import type { FillRequest } from "./request.ts";

export interface SharedVolumeArgs {
  plan: SharedVolumePlan;
  /** Whose place in its image says what is in it at first, who owns it and who may write. */
  first: {
    image: pulumi.Input<string>;
    path: string;
    /** Who writes there, and has it where the image has nothing. */
    owner: pulumi.Input<FillRequest["owner"]>;
    /** Files of which the image must have one. */
    requires?: FillRequest["requires"];
  };
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
        stdin: pulumi.all([made.name, first.image, first.owner]).apply(([volume, image, owner]) => {
          const { engine } = place;
          const { requires } = first;
          const more = { ...(owner && { owner }), ...(engine && { engine }), ...(requires && { requires }) };
          const request: FillRequest = { volume, image, path: first.path, ...more };
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
  { volumes, fleets, schedules = [] }: Pick<ContainersPlan, "volumes" | "fleets" | "schedules">,
  place: SharedVolumeArgs["place"] & Pick<EnginePlace, "image">,
): Map<string, SharedVolume> {
  return new Map(
    volumes.map((plan) => {
      const { user, mount } = firstUser(plan.name, [...fleets, ...schedules]);
      const { image, services } = place.image(user.chain);
      const owner = pulumi.output(services).apply((known) => ownerIn(user, known));
      const first = { image, path: mount.path, owner };
      return [plan.name, new SharedVolume({ plan, first, place })] as const;
    }),
  );
}

type VolumeUser = ContainerFleetPlan | SchedulesPlan;

/** As whom boxes run; undefined where that is root, or systemd, whose services are several users. */
function ownerIn(user: VolumeUser, services: readonly Service[]): FillRequest["owner"] {
  const [service] =
    "schedules" in user
      ? schedulesService(user, services)
      : boxInit(user.limits.init, services) === "foreground"
        ? services
        : [];
  return service && service.uid > 0 ? { uid: service.uid, gid: service.gid } : undefined;
}

function firstUser(volume: string, fleets: readonly VolumeUser[]) {
  const users = fleets.flatMap((user) =>
    (user.volumes ?? []).filter((mount) => mount.volume === volume).map((mount) => ({ user, mount })),
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

import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../box/stackLabel.ts";
import type { BackupPlan } from "../../plan/environment/backup.ts";
import type { BackupRequest } from "./request.ts";

/** A BackupRequest whose values are known later. */
export interface BackupStepArgs extends Pick<BackupRequest, "volumePath" | "ready" | "engine"> {
  plan: BackupPlan;
  /** Name of the volume with its data. */
  volume: pulumi.Input<string>;
  /** Value of the secret that encrypts. */
  key: pulumi.Input<string>;
  /** The image that the box is to run from now on; absent: it stays on the one that it has. */
  image?: pulumi.Input<string>;
}

/**
 * The step before an accessory's box is replaced by one of another image: backs it up, and fails the update where that fails. What it was
 * asked stays in the state, encrypted: `npm run backup`, `restore` and `drift` go by it.
 */
export class BackupStep extends command.local.Command {
  constructor(box: string, args: BackupStepArgs, opts: pulumi.CustomResourceOptions) {
    const { plan, volumePath, ready, engine } = args;
    const { key: name, ...rest } = plan;
    const stack = stackLabel();
    const stdin = pulumi
      .all([args.volume, args.image, pulumi.secret(args.key)])
      .apply(([volume, image, value]) => {
        const own = {
          stack,
          box,
          volume,
          volumePath,
          ready,
          ...(engine && { engine }),
          ...(image !== undefined && { image }),
        };
        return JSON.stringify({ ...own, ...rest, key: { name, value } } satisfies BackupRequest);
      });
    super(
      `${box}-backup`,
      {
        interpreter: ["node", "fleets/backup/main.ts"],
        create: box,
        stdin: pulumi.secret(stdin),
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { ...opts, customTimeouts: { create: "24h", update: "24h" } },
    );
  }
}

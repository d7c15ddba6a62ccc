import { getAmiOutput } from "@pulumi/aws/ec2/getAmi.js";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { shareImage } from "../../images/publish/share/shareImage.ts";
import type { SnapshotShare } from "./shareSnapshot.ts";

export interface SharedImageArgs {
  region: string;
  ami: pulumi.Input<string>;
  /** Accounts (12 digits) that may launch it. */
  accounts: readonly string[];
}

/**
 * An AMI that other accounts may launch, and whose snapshot they may copy into their own, for as long as that is declared: a later
 * AMI takes nothing from those who launch an earlier one.
 */
export class SharedImage extends pulumi.ComponentResource {
  /** The AMI, once all of the accounts may launch it. */
  readonly ami: pulumi.Output<string>;

  constructor(name: string, args: SharedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:SharedImage", name, {}, opts);
    const snapshots = snapshotsOf(args, { parent: this });
    const { region, ami } = args;
    const shares = args.accounts.map((account) => [
      ...shareImage(`${name}-${account}`, { region, ami, account }, this),
      this.#snapshots(`${name}-${account}-snapshots`, region, snapshots, account).stdout,
    ]);
    this.ami = pulumi.all([ami, pulumi.all(shares.flat())]).apply(([id]) => id);
    this.registerOutputs({ ami: this.ami });
  }

  /** By commands: the provider has a resource for each snapshot id, and these are known only once the AMI is. */
  #snapshots(
    name: string,
    region: string,
    snapshots: pulumi.Output<string[]>,
    account: string,
  ): command.local.Command {
    const request = (add: boolean) =>
      snapshots.apply((ids) =>
        JSON.stringify({ region, account, snapshots: ids, add } satisfies SnapshotShare),
      );
    return new command.local.Command(
      name,
      {
        interpreter: ["node", "fleets/instances/handover/main.ts"],
        create: request(true),
        delete: request(false),
        triggers: [snapshots],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      // Taken back where the share ends (images/publish/share), not where another AMI takes the place of this one.
      { parent: this, retainOnDelete: true },
    );
  }
}

/** The snapshots that an AMI is made of. */
function snapshotsOf({ ami, region }: SharedImageArgs, opts: pulumi.InvokeOptions): pulumi.Output<string[]> {
  const filters = [{ name: "image-id", values: [pulumi.output(ami)] }];
  const found = getAmiOutput({ filters, mostRecent: false, region, includeDeprecated: true }, opts);
  return found.blockDeviceMappings.apply((mappings) =>
    mappings.flatMap(({ ebs }) => (ebs["snapshot_id"] ? [ebs["snapshot_id"]] : [])),
  );
}

import { AmiLaunchPermission } from "@pulumi/aws/ec2/amiLaunchPermission.js";
import { getAmiOutput } from "@pulumi/aws/ec2/getAmi.js";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { SnapshotShare } from "./shareSnapshot.ts";

export interface SharedImageArgs {
  region: string;
  ami: pulumi.Input<string>;
  /** Accounts (12 digits) that may launch it. */
  accounts: readonly string[];
}

/** An AMI that other accounts may launch, and whose snapshot they may copy into their own. */
export class SharedImage extends pulumi.ComponentResource {
  /** The AMI, once all of the accounts may launch it. */
  readonly ami: pulumi.Output<string>;

  constructor(name: string, args: SharedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:SharedImage", name, {}, opts);
    const snapshots = snapshotsOf(args, { parent: this });
    const shares = args.accounts.map((accountId) => [
      new AmiLaunchPermission(
        `${name}-${accountId}`,
        { region: args.region, imageId: args.ami, accountId },
        { parent: this },
      ).id,
      this.#snapshots(`${name}-${accountId}-snapshots`, args.region, snapshots, accountId).stdout,
    ]);
    this.ami = pulumi.all([args.ami, pulumi.all(shares.flat())]).apply(([ami]) => ami);
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
      { parent: this },
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

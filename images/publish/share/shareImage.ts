import { AmiLaunchPermission } from "@pulumi/aws/ec2/amiLaunchPermission.js";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

export interface ShareArgs {
  region: string;
  /** Base address of AWS for the commands instead of its own. */
  endpoint?: string | undefined;
  ami: pulumi.Input<string>;
  /** 12 digits. */
  account: string;
}

/**
 * Lets an account launch an AMI for as long as that is declared: when another AMI takes its place, what the account runs from the
 * one before still starts; when the account is declared no more, it may launch none of them.
 *
 * The permission itself is therefore forgotten, not taken back, when its AMI is replaced; the command takes it back when it goes.
 * @returns what there is once the account may launch it.
 */
export function shareImage(
  name: string,
  { region, endpoint, ami, account }: ShareArgs,
  parent: pulumi.Resource,
): pulumi.Output<string>[] {
  const permission = new AmiLaunchPermission(
    name,
    { region, imageId: ami, accountId: account },
    { parent, retainOnDelete: true },
  );
  const place = { region, endpoint, account, by: `${pulumi.getStack()}/${name}` };
  const declared = new command.local.Command(
    `${name}-declared`,
    {
      interpreter: ["node", "images/publish/share/main.ts"],
      create: pulumi.output(ami).apply((id) => JSON.stringify({ ...place, ami: id })),
      delete: JSON.stringify(place),
      logging: "stderr",
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
  return [permission.id, declared.stdout];
}

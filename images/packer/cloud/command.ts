import * as path from "node:path";

/** One layer of a machine image that is built in the cloud. */
export interface CloudBuild {
  name: string;
  region: string;
  /** Id of the AMI of the layer below; for a base, that of the distribution. */
  sourceAmi: string;
  /** Becomes a tag, by which the AMI is found again. */
  inputDigest: string;
  instanceType: string;
  subnetId?: string;
  /** Who may become root in the source AMI. */
  sshUsername: string;
  volumeGiB: number;
  securityGroupId?: string;
  /** Address of a forwarder that SSH goes to. */
  sshHost?: string;
  /** A key pair that is there, and the file of its private key. */
  keyPair?: { name: string; file: string };
  encrypted: boolean;
  kmsKeyArn?: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * The variables of images/packer/cloud/cloud.pkr.hcl for a build; one that has a default there and no value here is left out.
 * Sharing, copies and deprecation are the last layer's alone, and made by its AMI's own resources.
 *
 * @param root the project's folder
 * @param work a folder with `variables.json` (fleet_play, fleet_roles and the layer's variables); Packer writes `manifest.json` there
 */
export function cloudVariables(build: CloudBuild, root: string, work: string): Record<string, unknown> {
  const variables = {
    name: build.name,
    region: build.region,
    source_ami: build.sourceAmi,
    instance_type: build.instanceType,
    subnet_id: build.subnetId,
    ssh_username: build.sshUsername,
    security_group_id: build.securityGroupId,
    ssh_host: build.sshHost,
    key_pair: build.keyPair?.name,
    private_key_file: build.keyPair?.file,
    volume_gib: build.volumeGiB,
    encrypted: build.encrypted,
    kms_key_id: build.kmsKeyArn,
    tags: { ...build.tags, "immutable-fleets:input-digest": build.inputDigest },
    playbook: path.join(root, "playbooks/site.yml"),
    variables_file: path.join(work, "variables.json"),
    manifest: path.join(work, "manifest.json"),
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

/** The command that builds; its working directory is the project's folder. */
export function cloudPackerCommand(root: string, work: string): [string, ...string[]] {
  const variables = `-var-file=${path.join(work, "packer.pkrvars.json")}`;
  return ["packer", "build", "-color=false", variables, path.join(root, "images/packer/cloud")];
}

/** AMI ids by region, from the artifact that Packer's manifest names: `eu-west-1:ami-1,us-east-1:ami-2`. */
export function amiIds(artifactId: string): Record<string, string> {
  return Object.fromEntries(
    artifactId.split(",").map((part) => {
      const [region = "", id = ""] = part.split(":");
      if (!/^ami-[0-9a-f]+$/u.test(id))
        throw new Error(`manifest: expected REGION:ami-…, got ${part}; see Packer's log`);
      return [region, id];
    }),
  );
}

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Where the AWS plugin is: a folder for PATH, or the reason why there is none. */
export function awsPlugin(): { folder: string } | { missing: string } {
  const cached = path.join(homedir(), ".cache/immutable-fleets/aws-plugin");
  const folder = process.env["AWS_PLUGIN_DIR"] ?? cached;
  if (existsSync(path.join(folder, "pulumi-resource-aws"))) return { folder };
  return { missing: `no pulumi-resource-aws in ${folder}; build it and set AWS_PLUGIN_DIR to its folder` };
}

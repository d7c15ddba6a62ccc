import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/**
 * Where the AWS plugin is: a folder for PATH, or the reason why there is none. `type`: the name of a resource type that it must
 * know; a plugin that is built for tests does not know all.
 */
export function awsPlugin(type = ""): { folder: string } | { missing: string } {
  const cached = path.join(homedir(), ".cache/immutable-fleets/aws-plugin-tests");
  const folder = process.env["AWS_PLUGIN_DIR"] ?? cached;
  const program = path.join(folder, "pulumi-resource-aws");
  if (!existsSync(program))
    return { missing: `no pulumi-resource-aws in ${folder}; build it and set AWS_PLUGIN_DIR to its folder` };
  if (type === "" || readFileSync(program).includes(type)) return { folder };
  return { missing: `the pulumi-resource-aws in ${folder} does not know ${type}; build it with that type` };
}

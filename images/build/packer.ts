import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { cacheFolder } from "./cache.ts";
import type { BuildLog } from "./log.ts";
import { runLogged } from "./run.ts";
import { serviceSchema, type PlacedRequest, type Service } from "./request.ts";

/** What Packer leaves: the committed image, and the services enabled in it. */
export interface Committed {
  image: string;
  services: Service[];
}

const manifestSchema = z.object({ builds: z.array(z.object({ artifact_id: z.string() })).min(1) });

/** The variables of images/packer/layer for a request; every path is absolute. */
export function packerVariables(request: PlacedRequest, parent: string, root: string, work: string) {
  return {
    parent,
    build: request.inputDigest,
    epoch_seconds: request.epochSeconds,
    playbook: path.join(root, "playbooks/site.yml"),
    variables_file: path.join(work, "variables.json"),
    services_file: path.join(work, "services.json"),
    manifest: path.join(work, "manifest.json"),
  };
}

/** Applies the request's roles to the parent image by Packer and Ansible, and commits the result. */
export async function buildByPacker(
  request: PlacedRequest,
  parent: string,
  root: string,
  log: BuildLog,
): Promise<Committed> {
  const work = path.join(cacheFolder("work"), request.inputDigest);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const variables = packerVariables(request, parent, root, work);
  writeFileSync(
    variables.variables_file,
    JSON.stringify({ ...request.inputs.variables, fleet_roles: request.inputs.roles }),
  );
  const file = path.join(work, "packer.pkrvars.json");
  writeFileSync(file, JSON.stringify(variables));
  try {
    log.step(`packer applies ${request.inputs.roles.join(", ")}`);
    const template = path.join(root, "images/packer/layer");
    await runLogged(log, ["packer", "build", "-color=false", `-var-file=${file}`, template], {
      folder: root,
      environment: {
        CHECKPOINT_DISABLE: "1",
        ANSIBLE_CONFIG: path.join(root, "playbooks/ansible.cfg"),
        ANSIBLE_LOCAL_TEMP: path.join(work, "ansible"),
        ANSIBLE_FORCE_COLOR: "0",
      },
    });
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(variables.manifest, "utf8")));
    const services = z.array(serviceSchema).parse(JSON.parse(readFileSync(variables.services_file, "utf8")));
    return { image: manifest.builds[0]?.artifact_id ?? "", services };
  } catch (error) {
    throw explained(error, request, log);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Names the task that failed, and the way out where a container cannot do what it asks. */
function explained(error: unknown, { id, inputs }: PlacedRequest, log: BuildLog): Error {
  const task = failedTask(readFileSync(log.file, "utf8"));
  const reason = error instanceof Error ? error.message : String(error);
  if (task === undefined) return new Error(reason, { cause: error });
  const out = `if it needs a kernel of its own, apply its role in a layer with machineOnly: true`;
  return new Error(
    `layers.${inputs.layer}: expected every task to succeed, got a failure of "${task}" in ${id}; ${out}\n${reason}`,
    { cause: error },
  );
}

/** The name of the task that Ansible's output says has failed. */
export function failedTask(output: string): string | undefined {
  const failed = output.search(/^.*(fatal|failed): \[/m);
  if (failed < 0) return undefined;
  return [...output.slice(0, failed).matchAll(/TASK \[(.*?)\] \*/g)].at(-1)?.[1];
}

import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { BuildLog } from "../../work/log.ts";
import { build } from "../../images/layer/build.ts";
import { builderImage } from "../../images/layer/builderImage.ts";
import { failedTask } from "../../images/layer/failure.ts";
import { runLogged } from "../../work/run.ts";
import { sourceDateEpochSeconds } from "../../plan/epoch.ts";
import { allPackages, layerPackages, type PackageVariables } from "../../images/packages/archive.ts";
import type { FleetHost } from "../../plan/host.ts";
import { playArguments, playEnvironment, playFolder, ranFor } from "../../images/play/playRun.ts";
import { installRequirements } from "../../images/play/requirements.ts";
import { vaultPasswordFile } from "../../images/play/vaultPassword.ts";
import { appliedBy, playbookCommand, playbookRuns, unreachable, type PlaybookRun } from "./playbook.ts";
import type { HostsRequest } from "./request.ts";
import type { WorkFolder } from "./workFolder.ts";
import { messageOf } from "../../work/message.ts";

/** What all boxes of a fleet are told, and how one of them is called. */
export type HostEnvironment = Readonly<Record<string, string>>;

/** What hosts are configured with. */
export interface Means {
  environment: HostEnvironment;
  /** What the fleet's packages are, made once for all its hosts. */
  packages: PackageVariables | undefined;
  work: WorkFolder;
  log: BuildLog;
  /** The project's folder. */
  root: string;
  /** Say only what would change. */
  check?: boolean;
}

/** Makes the packages of a fleet's hosts, and the archive of their repositories, in the work folder. */
export function hostPackages(
  { layers }: HostsRequest,
  passwords: Readonly<Record<string, string>>,
  work: WorkFolder,
  root: string,
): Promise<PackageVariables | undefined> {
  const builder = builderImage(build, { passwords, epochSeconds: sourceDateEpochSeconds }, root);
  return layerPackages(allPackages(layers), passwords, root, work.folder, sourceDateEpochSeconds, builder);
}

/**
 * Applies the fleet's roles to one host by the project's playbook; with `check`, says only what that would change.
 * @throws Error that names the host, and the task that failed.
 */
export async function applyRoles(
  request: HostsRequest,
  host: FleetHost,
  { environment, packages, work, log, root, check = false }: Means,
): Promise<void> {
  const own = { ...environment, FLEET_BOX: host.name };
  for (const run of playbookRuns(request.layers)) {
    const before = readFileSync(log.file).length;
    log.step(`${host.name}: ${check ? "checks" : "applies"} ${appliedBy(run)}`);
    try {
      const {
        own: options,
        playbook,
        groups,
        ...how
      } = await playMeans(request, run, host, { work, log, root });
      const files = work.files(own, { ...run, variables: { ...packages, ...run.variables } });
      const command = playbookCommand(playbook, host.name, { ...files, ...groups }, check, options);
      await runLogged(log, command, how);
      if (run.play && !ranFor(host.name, readFileSync(log.file).subarray(before).toString()))
        throw new Error(
          `expected a play of ${run.play.playbook} for it, got none; name the groups that stand in its hosts in layers.${run.layer ?? ""}.groups`,
        );
    } catch (error) {
      const output = readFileSync(log.file).subarray(before).toString();
      throw explained(request, host, output, error);
    }
  }
}

/** How a run is made: of the project's playbook, or of a layer's own as it is for an image, with its settings and inventory. */
async function playMeans(
  { layers, vaults = {} }: HostsRequest,
  { layer = "", play }: PlaybookRun,
  host: FleetHost,
  { work, log, root }: Pick<Means, "work" | "log" | "root">,
) {
  const ours = { folder: root, environment: work.environment() };
  if (!play) return { ...ours, playbook: path.join(root, "playbooks/site.yml") };
  const passwordFile = vaultPasswordFile(vaults[layer], layer, root, work.folder);
  const ansible = layers.find((each) => each.layer === layer)?.tools["ansible"] ?? "";
  const installed = await installRequirements(play, root, ansible, log);
  const environment = playEnvironment(play, root, installed, path.join(work.folder, "none"));
  return {
    own: playArguments(play, root, { host: host.name, passwordFile }),
    playbook: path.join(root, play.playbook),
    groups: { groups: work.groups(host.name, play.groups) },
    folder: playFolder(play, root),
    environment: { ...ours.environment, ...environment, ANSIBLE_DISPLAY_OK_HOSTS: "no" },
  };
}

function explained({ fleet }: HostsRequest, host: FleetHost, output: string, error: unknown): Error {
  const reason = messageOf(error);
  const away = unreachable(output);
  const place = `fleet ${fleet}, host ${host.name}`;
  if (away !== undefined) {
    const fix = "mend the connection, or its address, port, user or hostKey in the configuration";
    return new Error(`${place}: expected to reach ${host.address} by SSH, got ${away}; ${fix}`, {
      cause: error,
    });
  }
  const task = failedTask(output)?.name;
  if (task === undefined) return new Error(`${place}: ${reason}`, { cause: error });
  return new Error(`${place}: expected every task to succeed, got a failure of "${task}"\n${reason}`, {
    cause: error,
  });
}

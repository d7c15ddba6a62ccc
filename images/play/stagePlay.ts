import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import type { BuildLog } from "../../work/log.ts";
import { buildHost, playArguments, playEnvironment, playFolder, ranFor } from "./playRun.ts";
import { installRequirements } from "./requirements.ts";
import { vaultPasswordFile } from "./vaultPassword.ts";

/** How Packer runs a layer's existing playbook. */
export interface StagedPlay {
  /** Further arguments of ansible-playbook. */
  arguments: string[];
  environment: Record<string, string>;
  folder: string;
}

/**
 * What a layer's playbook needs is made ready in the work folder: requirements, password, and an ssh that reaches nobody.
 * @throws Error when requirements or the password cannot be had.
 */
export async function stagePlay(
  { inputs, vault, lock }: PlacedRequest,
  play: LayerPlay,
  root: string,
  work: string,
  log: BuildLog,
): Promise<StagedPlay> {
  const passwordFile = vaultPasswordFile(vault, inputs.layer, root, work);
  const locked = lock === "renewed" ? {} : inputs.locked;
  const installed = await installRequirements(play, root, inputs.tools["ansible"] ?? "", log, locked);
  const ssh = path.join(work, "ssh");
  writeFileSync(ssh, '#!/bin/sh\necho "the build of an image reaches no other host" >&2\nexit 255\n', {
    mode: 0o700,
  });
  const environment = playEnvironment(play, root, installed, path.join(work, "none"));
  return {
    arguments: playArguments(play, root, { host: buildHost, passwordFile }),
    environment: { ...environment, ANSIBLE_SSH_EXECUTABLE: ssh },
    folder: playFolder(play, root),
  };
}

/**
 * Variables of the box in the inventory, where it outranks what groups say of the machines that they are of: who logs in there, by
 * which Python, and, only where a group says it, by which connection; a play's own `connection: local` counts otherwise.
 */
export function buildHostVariables(root: string, files: readonly string[]): string {
  const says = files
    .filter((file) => /(^|\/)(group_vars|host_vars|inventor)/.test(file))
    .some((file) => /\bansible_connection\b/.test(readFileSync(path.join(root, file), "utf8")));
  const variables = ["ansible_user=root", "ansible_python_interpreter=/usr/bin/python3"];
  return [...variables, ...(says ? ["ansible_connection=docker"] : [])].join(" ");
}

/** @throws Error when no play of the playbook was for the box. */
export function refuseIdlePlay(layer: string, play: LayerPlay, output: string): void {
  if (ranFor(buildHost, output)) return;
  const { playbook, groups, tags } = play;
  const got = groups.length === 0 ? "no groups" : groups.join(", ");
  const tagged = tags ? ` with a task tagged ${tags.join(" or ")}` : "";
  throw new Error(
    `layers.${layer}.groups: expected groups that a play of ${playbook} is for${tagged}, got ${got}; name the groups that stand in its hosts`,
  );
}

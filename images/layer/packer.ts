import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../work/cache.ts";
import { factsSettings } from "./facts.ts";
import { failedTask, mayNeedKernel, maySucceedOtherwise, missedUpdate, type FailedTask } from "./failure.ts";
import { idleSeconds, refusingIdleness } from "./idle.ts";
import { applying, lastStep, type BuildLog } from "../../work/log.ts";
import { stageHeld } from "../held/stage.ts";
import { lockedTemplate } from "../lock/stage.ts";
import type { BuilderImage } from "../packageBuild/build.ts";
import { layerPackages } from "../packages/archive.ts";
import type { LayerInputs } from "../../plan/inputs.ts";
import { stageSteps } from "./stageSteps.ts";
import { buildHost } from "../play/playRun.ts";
import { buildHostVariables, refuseIdlePlay, stagePlay, type StagedPlay } from "../play/stagePlay.ts";
import { rolesPlay } from "../../plan/play.ts";
import { runPacker } from "../packer/run.ts";
import { buildName } from "../buildName/buildName.ts";
import { ansibleStrategies, strategySettings, type Strategy } from "./strategies.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import type { Service } from "../../plan/service.ts";
import { unitFactsSchema } from "../unit/facts.ts";
import { servicesOf } from "../unit/service.ts";
import { messageOf } from "../../work/message.ts";

/** What Packer leaves: what changed in the box, and the services enabled in it. */
export interface Applied {
  /** Archive of what changed; whoever gets it removes it. Undefined where the engine has it as the uppermost layer of an image. */
  archive?: string;
  image?: string;
  services: Service[];
}

/** What modules are told in a build container: it does not start anew, but seems so (images/packer/layer/standins/reboot). */
const inBuildContainer = {
  "ansible.builtin.reboot": {
    reboot_command: "/run/fleet-build/reboot",
    boot_time_command: "cat /run/fleet-build/boot-id",
  },
};

/** The variables of images/packer/layer for a request; every path is absolute. */
export function packerVariables(
  request: PlacedRequest,
  parent: string,
  root: string,
  work: string,
  staged?: StagedPlay,
) {
  const { play, files } = request.inputs;
  return {
    parent,
    build: buildName(request.inputDigest),
    epoch_seconds: request.epochSeconds,
    playbook: path.join(root, play?.playbook ?? "playbooks/site.yml"),
    host: play ? buildHost : "default",
    // Roles ask who logs in; who builds is nobody there.
    host_variables: play ? buildHostVariables(root, Object.keys(files)) : "ansible_user=root",
    groups: play?.groups ?? [],
    arguments: staged?.arguments ?? [],
    variables_file: path.join(work, "variables.json"),
    source: path.join(work, "source"),
    facts_file: request.inputs.steps || play ? "" : path.join(work, "facts.json"),
    services_file: path.join(work, "services.json"),
    package_lists: cacheFolder("package-lists"),
    bytecode: path.join(cacheFolder("compiled"), `${parent.replace("sha256:", "")}.tar`),
    updates: Object.entries(request.inputs.updates ?? {}).map(
      ([name, { candidate }]) => `${name}=${candidate}`,
    ),
    layer: path.join(cacheFolder("work"), `layer-${request.inputDigest}.tar`),
    ready: path.join(work, "ready"),
    builder: process.pid,
  };
}

/** Applies the request's roles to the parent image by Packer and Ansible. */
export async function buildByPacker(
  request: PlacedRequest,
  parent: string,
  root: string,
  log: BuildLog,
  builderImage: BuilderImage,
): Promise<Applied> {
  const work = path.join(cacheFolder("work"), request.inputDigest);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { mode: 0o700 });
  const { steps, play } = request.inputs;
  try {
    const staged = play && (await stagePlay(request, play, root, work, log));
    const variables = packerVariables(request, parent, root, work, staged);
    const file = path.join(work, "packer.pkrvars.json");
    writeFileSync(file, JSON.stringify(variables));
    const only = `-only=docker.${steps ? "steps" : "ansible"}`;
    const template = request.inputs.locked
      ? lockedTemplate(request, root, work)
      : path.join(root, "images/packer/layer");
    const command = ["packer", "build", "-color=false", only, `-var-file=${file}`, template] as const;
    const { build, facts_file: facts, ready } = variables;
    await besides(
      () => stageFiles(request, variables, { root, work, log, builderImage }),
      (signal) => applyRecipe(request, command, { root, work, log, build, facts, ready, staged, signal }),
    );
    if (play) refuseIdlePlay(request.inputs.layer, play, log.thisTry());
    return { ...takenLayer(variables.layer), services: servicesIn(variables.services_file) };
  } catch (error) {
    throw explained(error, request, log);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Does the one while the other one goes on, which is ended when the first one fails. */
async function besides(
  first: () => Promise<void>,
  other: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const failing = async (error: unknown) => {
    failed.abort();
    await going.catch(() => undefined);
    throw error;
  };
  const going = other(failed.signal);
  await Promise.all([first().catch(failing), going]);
}

/** What images/packer/layer/take-layer.sh took out of the box. */
function takenLayer(archive: string): Pick<Applied, "archive" | "image"> {
  const committed = `${archive}.image`;
  if (!existsSync(committed)) return { archive };
  const image = readFileSync(committed, "utf8").trim();
  rmSync(committed);
  return { image };
}

/** Where and how what a layer reads is made. */
interface Staging {
  root: string;
  work: string;
  log: BuildLog;
  /** What makes the images of layers that packages are built in. */
  builderImage: BuilderImage;
}

/** Writes what is read in the box; await-systemd.sh waits for it. */
async function stageFiles(
  request: PlacedRequest,
  { source, variables_file, ready }: ReturnType<typeof packerVariables>,
  staging: Staging,
): Promise<void> {
  if (request.inputs.steps) stageSteps(request.inputs, staging.root, source);
  else {
    const extra = await playbookVariables(request, staging);
    writeFileSync(variables_file, JSON.stringify(extra));
  }
  writeFileSync(ready, "");
}

/** The services that images/packer/layer/services.py wrote down. */
function servicesIn(file: string): Service[] {
  return servicesOf(z.array(unitFactsSchema).parse(JSON.parse(readFileSync(file, "utf8"))));
}

/** Where and how a recipe is applied. */
interface Applying {
  root: string;
  work: string;
  log: BuildLog;
  build: string;
  /** File of the facts of the box; empty: they are gathered by Ansible. */
  facts: string;
  /** File that is there as soon as all is that the box waits for. */
  ready: string;
  staged: StagedPlay | undefined;
  /** Ends it. */
  signal: AbortSignal;
}

/** Runs Packer by one strategy of Ansible's after the other; steps of other provisioners have none. */
async function applyRecipe(
  { inputs }: PlacedRequest,
  command: readonly [string, ...string[]],
  { root, work, log, build, facts, ready, staged, signal }: Applying,
): Promise<void> {
  const limitSeconds = idleSeconds();
  const byPacker = ({
    environment,
    ...own
  }: { environment?: Record<string, string>; signal?: AbortSignal } = {}) =>
    runPacker(log, command, {
      ...{ root, work, signal, ...own },
      ...(staged && { folder: staged.folder }),
      environment: { ...staged?.environment, ...environment },
    });
  const gathered = facts === "" ? {} : factsSettings(root, facts);
  const apply = (strategy: Strategy) => {
    log.step(`${applying} ${appliedNames(inputs).join(", ")}`);
    if (strategy === undefined) return byPacker({ environment: gathered });
    // This try may fail, and so may be ended; Ansible's own strategy has all the time that it wants.
    const environment = { ...gathered, ...strategySettings(root, strategy) };
    const watched = { build, limitSeconds, isWaiting: () => !existsSync(ready) };
    return refusingIdleness(log, watched, (stuck) =>
      byPacker({ environment, signal: AbortSignal.any([signal, stuck]) }),
    );
  };
  await tryInTurn(inputs.steps ? [undefined] : ansibleStrategies(), apply, log, signal);
}

/** Applies by the first strategy that can. */
async function tryInTurn(
  [first, ...others]: readonly Strategy[],
  apply: (strategy: Strategy) => Promise<void>,
  log: BuildLog,
  signal: AbortSignal,
): Promise<void> {
  try {
    await apply(first);
  } catch (error) {
    if (others.length === 0 || signal.aborted || !maySucceedOtherwise(log.thisTry())) throw error;
    log.step(`${first} failed: again, by Ansible's own strategy`);
    await tryInTurn(others, apply, log, signal);
  }
}

/** The extra variables of the playbook: the layer's own, its roles, and where its packages are. */
async function playbookVariables(request: PlacedRequest, { root, work, log, builderImage }: Staging) {
  const { inputs, passwords = {}, epochSeconds } = request;
  const names = Object.keys(inputs.packages ?? {});
  if (names.length > 0) log.step(`packages ${names.join(", ")}`);
  const packages = await layerPackages(inputs, passwords, root, work, epochSeconds, builderImage);
  if (inputs.play) return inputs.variables;
  const contained = await stageHeld(request, work, log);
  const play = path.join(work, "play.yml");
  writeFileSync(play, rolesPlay(inputs.roles, inBuildContainer));
  return { ...inputs.variables, ...packages, ...contained, fleet_roles: inputs.roles, fleet_play: play };
}

/** Names the task that failed, what it said, and the way out. */
function explained(error: unknown, { id, inputs }: PlacedRequest, log: BuildLog): Error {
  const output = log.thisTry();
  const reason = messageOf(error);
  const missed = missedUpdate(output);
  if (missed !== undefined) return new Error(`layers.${inputs.layer}, ${missed}`, { cause: error });
  const told = inputs.steps
    ? failedStep(inputs.layer, output, id)
    : failedRole(inputs.layer, failedTask(output), id);
  return new Error(told === undefined ? reason : `${told}\n${reason}`, { cause: error });
}

function failedStep(layer: string, output: string, id: string): string | undefined {
  const step = lastStep(output);
  if (step === undefined) return undefined;
  const said = output.slice(output.lastIndexOf(`provision: step ${step}`));
  const fix = mayNeedKernel(said) ? kernelFix : "correct it by what it printed, below";
  return `layers.${layer}: expected every step to succeed, got a failure of "${step}" in ${id}; ${fix}`;
}

const kernelFix = "if it needs a kernel of its own, put it into a layer with machineOnly: true";

const fixes = {
  kernel: kernelFix,
  network: "let the build reach what it asks for, or name another place by the variables of the role",
  mistake: "correct the role, or what it is told by variables",
  other: "correct the role, or what it is told by variables",
};

/** The line that tells of a failed task, by the kind of its failure. */
export function failedRole(layer: string, failed: FailedTask | undefined, id: string): string | undefined {
  if (!failed) return undefined;
  const { name, said, kind } = failed;
  if (kind === "undefined")
    return `layers.${layer}.variables: expected a value for every variable of "${name}" in ${id}, got: ${said}; set it there, or in the defaults of the role`;
  const fix = fixes[kind];
  return `layers.${layer}: expected every task to succeed, got a failure of "${name}" in ${id}: ${said}; ${fix}`;
}

/** What a layer applies: roles, a playbook, or the steps of another provisioner. */
export function appliedNames({ roles, play, steps }: LayerInputs): string[] {
  if (play) return [play.playbook];
  return steps ? steps.run : roles;
}

import type { Deployment, EngineEvent, Stack, UpOptions } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../config/root.ts";
import { ledgerOf } from "../../images/ledger/Ledger.ts";
import type { ReleaseOutput } from "../../images/release/output.ts";
import { stackState } from "../../fleets/data/stackState.ts";
import { resourcesOf } from "../state/resource.ts";
import { boxesAnew } from "./restart.ts";
import { recordRelease } from "../../images/release/record.ts";
import { releaseName } from "../../images/release/release.ts";
import { refuseUntrustedSigner } from "../../images/release/signature.ts";
import { announcerOf } from "../announce/announcer.ts";
import { warnOfHoles } from "../audit/gate/after.ts";
import { refuseHoles } from "../audit/gate/gate.ts";
import { refuseFrozen } from "../freeze/frozen.ts";
import { settleRestores } from "../backup/settle.ts";
import { output } from "../stack/output.ts";
import { openStack, policyPack } from "../stack/stack.ts";
import { retainImages } from "../state/retained.ts";
import { changedText } from "./changed.ts";
import { announced, lookedOnce } from "./announced.ts";
import { describeCounts, recordSwap } from "./record.ts";
import { updateRecorded } from "./recorded.ts";
import { outputsAfter } from "./outputs.ts";
import { sweepInterrupted } from "./interrupted.ts";
import { beginsSwap, swappedBy } from "./swapped.ts";
import { updateNumber } from "./updateNumber.ts";
import { watchFromFirstSwap } from "./watch.ts";

export interface DeployOptions {
  /** Look for every image anew, and build those that are gone. Default: only what changed. */
  again?: boolean;
  /** Configure every mutable host, whether or not anything changed. */
  hostsAgain?: boolean;
  /** Change nothing that the policies refuse. */
  policy?: boolean;
  /** A fleet of containers: its boxes alone are made anew, of the image that they run, whatever else would change. */
  restart?: string;
  /** What is done about holes in the images: `look`: what the environment says; `goBack`: they are told, never refused; `done`: they were looked at. Default: look. */
  holes?: "look" | "goBack" | "done";
  /** Why, for those who read of the release. Default: the commit's first line. */
  reason?: string | undefined;
  /** Whether the engine tells every output and digest. Default: what changed is told at the end, in ten lines at most. */
  verbose?: boolean;
  /** Why it is done although the environment is frozen; default: then it is not. */
  despite?: string | undefined;
}

/**
 * Brings a stack to what its configuration says, and records the release that it then runs, and the swap.
 * @returns the release's name.
 */
export async function deploy(stackName: string, options: DeployOptions = {}): Promise<string | undefined> {
  const { again = false, hostsAgain = false, restart, holes = "look", reason, despite } = options;
  await refuseUntrustedSigner(projectRoot);
  const look = lookedOnce(stackName, again || hostsAgain || restart !== undefined);
  const goesBack = holes === "goBack" || restart !== undefined;
  const brings = async () => (await look()).changes;
  await refuseFrozen(stackName, { despite, ...(!goesBack && { brings }) });
  const stack = await openStack(stackName);
  const now = new Date();
  if (holes !== "done") {
    const running = async () => (await stack.outputs())["release"]?.value as ReleaseOutput | undefined;
    const asked = { root: projectRoot, stack: stackName, now, running, say: sayHole };
    await refuseHoles({ ...asked, goesBack: holes === "goBack" });
  }
  const announcer = await announcerOf(stack, reason);
  await announcer.started(look);
  const { outputs, name } = await announced(announcer, (events) => broughtUp(stack, options, events));
  const release = outputs["release"] as ReleaseOutput | undefined;
  if (release) await warnOfHoles(projectRoot, stackName, release, now, sayHole);
  const url = outputs["url"] as string | undefined;
  if (url !== undefined) process.stdout.write(`\n${stackName} answers at ${url}\n`);
  return name;
}

/** Runs the update itself, once nothing refuses it. */
async function broughtUp(
  stack: Stack,
  { again, hostsAgain, restart, policy, reason, verbose = false }: DeployOptions,
  events: EngineEvent[],
): ReturnType<typeof upWatched> {
  await retainImages(stack.name);
  await settleRestores(stack);
  const components = [...(again ? ["ImageLayer"] : []), ...(hostsAgain ? ["HostFleet"] : [])];
  const replace = components.length > 0 ? await commandsOf(stack, components) : [];
  const options = {
    ...(replace.length > 0 && { replace }),
    ...(restart !== undefined &&
      boxesAnew(resourcesOf((await stackState(stack.name)) as Deployment), restart)),
    ...(policy && { policyPacks: [policyPack] }),
    ...(!verbose && { suppressOutputs: true, suppressProgress: true }),
  };
  return upWatched(stack, reason, options, events);
}

function sayHole(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs an update, and records its release and, whether it succeeds or fails, its swap.
 * @param events is given what the engine says.
 * @returns the stack's outputs, and the release's name.
 * @throws NotRecorded when it succeeded, and not all of that could be written down.
 */
async function upWatched(
  stack: Stack,
  reason: string | undefined,
  options: UpOptions,
  events: EngineEvent[],
): Promise<{ outputs: Record<string, unknown>; name: string | undefined }> {
  const watch = watchFromFirstSwap();
  const interrupted = sweepInterrupted(stack);
  const started = new Date();
  let number: Promise<number> | undefined;
  const record = async (result: "succeeded" | "failed", release?: string, counting = watch.end()) => {
    const swapped = swappedBy(events);
    const counts = await counting;
    if (swapped.length === 0) return;
    const seconds = Math.round((Date.now() - started.getTime()) / 100) / 10;
    const update = (await number) ?? 0;
    const known = { at: started.toISOString(), seconds, update, result, swapped };
    const swap = { ...known, ...(release !== undefined && { release }), ...(counts && { counts }) };
    await recordSwap(projectRoot, stack.name, swap);
    const told = describeCounts(swap);
    if (told !== undefined) process.stdout.write(`\nWhile ${swapped.join(", ")} swapped, ${told}.\n`);
  };
  const onEvent = (event: EngineEvent) => {
    events.push(event);
    watch.see(event);
    interrupted.see(event);
    if (beginsSwap(event)) number ??= updateNumber(stack, started);
  };
  const succeeded = async () => {
    // What the edge says of the swap is asked while the release is written.
    const counting = watch.end();
    counting.catch(() => undefined);
    const changed = changedText(events);
    if (changed !== "") process.stdout.write(`\n${changed}`);
    const outputs = await outputsAfter(stack, events);
    const release = outputs["release"] as ReleaseOutput | undefined;
    const name = release && (await tellRelease(release, reason));
    await record("succeeded", name, counting);
    return { outputs, name };
  };
  try {
    const update = () => withoutSummary(stack).up({ ...output, ...options, onEvent });
    return await updateRecorded(stack.name, update, { succeeded, failed: () => record("failed") });
  } finally {
    await interrupted.end();
  }
}

/**
 * A stack whose updates ask for no outputs and no history afterwards: the events have told all that is wanted of them, and
 * three more runs of the CLI take a quarter of an update that changes nothing.
 */
function withoutSummary(stack: Stack): Stack {
  return Object.assign(stack, { outputs: () => Promise.resolve({}), info: () => Promise.resolve(undefined) });
}

/** The command resources of all components of these kinds in the state. */
async function commandsOf(stack: Stack, components: readonly string[]): Promise<string[]> {
  const deployment = (await stack.exportStack()).deployment as { resources?: { urn: string }[] };
  const { resources = [] } = deployment;
  const parts = components.map((component) => `fleet:index:${component}$command:local:Command::`);
  return resources.map(({ urn }) => urn).filter((urn) => parts.some((part) => urn.includes(part)));
}

/** @returns the release's name. */
async function tellRelease(running: ReleaseOutput, reason: string | undefined): Promise<string> {
  const { release, file, isNew } = await recordRelease(projectRoot, running, reason);
  const name = releaseName(release);
  if (!isNew) return name;
  process.stdout.write(`\nRelease ${name} is recorded: ${file}\n`);
  if (process.env["CI"] === "true" && !ledgerOf(projectRoot))
    process.stderr.write(
      `${file}: expected releases of jobs to be kept in a branch, got a folder that goes with the job; say releases: {value: {remote: origin}} in Pulumi.yaml (docs/releases.md)\n`,
    );
  return name;
}

import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./config/problem.ts";
import { readConfiguration } from "./config/read/read.ts";
import { projectRoot } from "./config/root.ts";
import { refuseImageStore } from "./engine/imageStore.ts";
import { runFleets } from "./fleets/index.ts";
import { publishMachineImages } from "./fleets/machineImages.ts";
import { allChains, containerChains, fleetImages, plannedChains } from "./plan/chains.ts";
import { buildImages, imagesOf, takeImages } from "./images/index.ts";
import { requiresSigned, verified } from "./images/ProofCheck.ts";
import { releaseOutput } from "./images/release/output.ts";
import { selectedRelease } from "./images/release/select.ts";
import { newestRelease } from "./images/release/store.ts";

const configuration = checked(readConfiguration);
await refuseImageStore().catch(told);
const chains = plannedChains(configuration);
const wanted = { ...configuration, chains: allChains(chains), root: projectRoot };
// What the next release is compared with: an altered one is refused before anything is built or changed.
checked(() => newestRelease(projectRoot, pulumi.getStack()));
const taken = checked(() => selectedRelease(projectRoot, configuration.environment));
const made = taken ? checked(() => takeImages(wanted, taken)) : buildImages(wanted);
const images = requiresSigned(configuration.environment) ? verified(made) : made;
const machineImages = await publishMachineImages(configuration, chains, images);
const running = await runFleets(configuration, chains, images, taken).catch(told);

/** Where requests come in. */
export const url = running.url;
/** The image digest of every layer in its place. */
export const imageDigests = Object.fromEntries([...images].map(([id, layer]) => [id, layer.image]));
/** The image digest and the boxes of each fleet. */
export const fleets = running.fleets;
/** What goes with each machine image that other accounts may launch: `npm run handover`. */
export const handover = running.handover ?? {};
/** What runs, by digest; `npm run up` records it for other environments. */
export const release = releaseOutput({
  root: projectRoot,
  stack: pulumi.getStack(),
  images: imagesOf(images, containerChains(chains)),
  machineImages,
  fleets: fleetImages(chains),
  proved: pulumi.all(running.proved),
  taken,
});

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return told(error);
  }
}

/** A user's mistake is told without a stack trace. */
function told(error: unknown): never {
  if (error instanceof ConfigurationError) throw new pulumi.RunError(error.message);
  throw error;
}

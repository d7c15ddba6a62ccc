import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./config/problem.ts";
import { readConfiguration } from "./config/read/read.ts";
import { inFiles } from "./config/read/readFiles.ts";
import { refuseOtherReleases } from "./config/read/releasesSettings.ts";
import { projectRoot } from "./config/root.ts";
import { refuseImageStore } from "./engine/imageStore.ts";
import { keepData } from "./fleets/data/keepData.ts";
import { runFleets } from "./fleets/index.ts";
import { publishMachineImages } from "./fleets/machineImages.ts";
import { irreversibleTasks } from "./fleets/tasks/irreversible.ts";
import { buildImages, imagesOf, takeImages } from "./images/index.ts";
import { verified } from "./images/ProofCheck.ts";
import { releaseOutput } from "./images/release/output.ts";
import { revocations } from "./images/release/revocation.ts";
import { refuseRevoked, unrevoked, wayOut } from "./images/release/revoked.ts";
import { selectedRelease } from "./images/release/select.ts";
import { newestRelease } from "./images/release/store.ts";
import { chainId } from "./plan/chain.ts";
import { environmentPlan } from "./plan/environment/plan.ts";

const { secrets, ...configuration } = checked(readConfiguration);
const plan = environmentPlan(configuration);
checked(() => {
  refuseOtherReleases(projectRoot, configuration.releases);
});
await Promise.all([refuseImageStore(), keepData(configuration)]).catch(told);
// What the next release is compared with: an altered one is refused before anything is built or changed.
checked(() => newestRelease(projectRoot, pulumi.getStack()));
const taken = checked(() => selectedRelease(projectRoot, plan.takes));
const revoked = checked(() => revocations(projectRoot));
const tops = [...plan.images.chains.map(chainId), ...plan.images.machines];
if (taken)
  checked(() => {
    refuseRevoked(projectRoot, pulumi.getStack(), taken, tops, revoked);
  });

const made = taken
  ? checked(() => takeImages(plan.images, taken))
  : buildImages({ ...plan.images, secrets, root: projectRoot });
const images = unrevoked(plan.requiresSigned ? verified(made) : made, revoked, () =>
  wayOut(projectRoot, pulumi.getStack(), pulumi.getStack(), revoked),
);
const machineImages = await publishMachineImages(plan, images);

const running = await runFleets(plan, { images, secrets, release: taken }).catch(told);

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
  images: imagesOf(images, plan.images.containers),
  machineImages,
  fleets: plan.images.fleets,
  irreversible: irreversibleTasks(plan, images),
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
  if (error instanceof ConfigurationError)
    throw new pulumi.RunError(inFiles(projectRoot, pulumi.getStack(), error).message);
  throw error;
}

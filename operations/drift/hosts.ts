import { projectRoot } from "../../config/root.ts";
import type { HostsRequest } from "../../fleets/hosts/request.ts";
import { WorkFolder } from "../../fleets/hosts/workFolder.ts";
import type { DiskRequest } from "../../images/machine/request.ts";
import { inspectImage } from "../../engine/images.ts";
import { localReference } from "../../engine/labels.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { readHost } from "../parity/readHost.ts";
import { lookAtImages } from "../parity/readImages.ts";
import { wantedHostFleets, type WantedHostFleet } from "../state/host.ts";
import type { StateResource } from "../state/resource.ts";
import type { DriftFinding } from "./finding/finding.ts";
import { hostFindings } from "./hostFindings.ts";
import { messageOf } from "../../work/message.ts";

/** Looks at the mutable hosts of a stack, over SSH, by a check that only reads; what cannot be looked at is added to `unknown`. */
export async function hostDrift(
  resources: readonly StateResource[],
  unknown: string[],
): Promise<DriftFinding[]> {
  const findings: DriftFinding[] = [];
  for (const wanted of wantedHostFleets(resources)) findings.push(...(await fleetDrift(wanted, unknown)));
  return findings;
}

async function fleetDrift(
  { request, environment }: WantedHostFleet,
  unknown: string[],
): Promise<DriftFinding[]> {
  const { fleet, hosts, layers, settings } = request;
  const say = (text: string) => void process.stderr.write(`${fleet}: ${text}\n`);
  const images = await imagesOf(layers);
  if (!images) {
    unknown.push(
      `${fleet}: expected the image that its hosts' roles make in this engine, got none; build it by npm run parity -- ${fleet} --without-machine`,
    );
    return [];
  }
  const { manifest } = await lookAtImages(images, say);
  const work = new WorkFolder(settings, projectRoot);
  const findings: DriftFinding[] = [];
  try {
    for (const host of hosts) {
      say(`looks at ${host.name}`);
      const own = { ...environment, FLEET_BOX: host.name };
      const wanted = { name: host.name, environment: own, mayDiffer: settings.mayDiffer };
      try {
        findings.push(...hostFindings(wanted, manifest, await readHost(host, work, projectRoot)));
      } catch (error) {
        const reason = messageOf(error);
        unknown.push(`${host.name}: expected to look at it by SSH, got ${reason}`);
      }
    }
    return findings;
  } finally {
    work.dispose();
  }
}

/** The images that these layers made, base first; undefined where this engine lacks one. */
async function imagesOf(layers: HostsRequest["layers"]): Promise<DiskRequest["images"] | undefined> {
  const images: DiskRequest["images"] = [];
  for (const inputs of layers) {
    const below = images.at(-1);
    const facts = await inspectImage(localReference(inputs.layer, inputDigest(inputs, below?.image)));
    if (!facts) return undefined;
    images.push({ place: below ? `${below.place}.${inputs.layer}` : inputs.layer, image: facts.Id });
  }
  return images;
}

import { rmSync } from "node:fs";
import * as path from "node:path";
import { heldFolder } from "../held/bundle.ts";
import { layerPath, storeLayer } from "../archive/store.ts";
import { refuseSecrets } from "../secrets/scan.ts";
import { cacheFolder } from "../../work/cache.ts";
import { architectureOf } from "../../plan/architecture.ts";
import { imagesLabelled, inspectImage, loadImage, saveImage, type ImageFacts } from "../../engine/images.ts";
import { refuseImageStore } from "../../engine/imageStore.ts";
import { enginePlatform } from "../../engine/platform.ts";
import { imageOwner } from "../../config/existingImage.ts";
import { filesLayer, withFilesLayer } from "../existing/placeFiles.ts";
import { pullExisting } from "../existing/pull.ts";
import { claimedResult, findImage, resultOf } from "./find.ts";
import { writeImageArchive } from "../archive/imageArchive.ts";
import { imageConfig, type ImageParts } from "../archive/imageConfig.ts";
import { hasContent } from "../archive/imageContent.ts";
import { labels, localReference } from "../../engine/labels.ts";
import { withLock } from "../../work/lock.ts";
import { BuildLog } from "../../work/log.ts";
import { KnownLayers } from "../proof/KnownLayers.ts";
import { keptContents, loadSigning, proveImage, refuseUnsignable, whyNotTrusted } from "./prove.ts";
import { builderImage } from "./builderImage.ts";
import { appliedNames, buildByPacker, type Applied } from "./packer.ts";
import type { Service } from "../../plan/service.ts";
import type { PlacedRequest, BuildResult } from "../../plan/buildRequest.ts";
import { knowImage } from "../lock/know.ts";
import { comparedRequest, enterBuilt, holdingToLock, type MadeLayer } from "./locked.ts";
import { publishImage } from "./publish.ts";
import { lastRevision } from "./revision.ts";
import { rootLayer } from "./rootfs.ts";
import { extractLayer, savedLayers } from "../archive/savedImage.ts";
import { buildLock } from "../buildName/buildName.ts";
import { sweepDeadBuilds } from "./sweep.ts";

/** The image of a request: found in the engine or the registry, else built. One build at a time for equal inputs. */
export async function build(request: PlacedRequest, root: string): Promise<BuildResult> {
  const log = new BuildLog(request.id, request.inputDigest);
  const waiting = () => {
    log.step("waits for another build of the same layer");
  };
  return withLock(buildLock(request.inputDigest), waiting, async () => {
    const [found] = await Promise.all([findImage(request, log), refuseImageStore()]);
    const problem = found && (await whyNotTrusted(request, found.Id, root));
    if (found && problem === undefined) {
      log.step(`found ${found.Id}`);
      return claimedResult(request, found);
    }
    if (found) log.step(`builds again: found ${found.Id}, but ${problem}`);
    refuseUnsignable(root);
    await sweepDeadBuilds(request.inputDigest);
    const startedAt = new Date();
    const [made] = await Promise.all([
      holdingToLock(request, root, log, (held) => make(held, root, log)),
      loadSigning(),
    ]);
    const { image } = made.result;
    // Before the proof: killed here, the layer is built again, by the lock as it is then.
    await enterBuilt(made, root, log);
    log.step("signs what it is made of, and how");
    await proveImage(made.request, image, startedAt, root, made.contents);
    await publishImage(made.request, image, root, log);
    log.step(`built ${image}`);
    return made.result;
  });
}

async function make(request: PlacedRequest, root: string, log: BuildLog): Promise<MadeLayer> {
  if (request.inputs.image !== undefined)
    return madeOf({ request }, await takeExisting(request, request.inputs.image, root, log));
  const parts = await parentParts(request, root, log);
  // A mirror's packages are public, whatever their documentation shows.
  const { mirror, dnf } = request.inputs.from ?? {};
  const isOurs = request.parent === undefined && !mirror && !dnf;
  if (isOurs) await scanned(request, parts.layers[0] ?? "", log);
  if (appliedNames(request.inputs).length === 0) {
    const compared = comparedRequest(request, parts.layers, root, log);
    return madeOf(compared, await assemble(compared.request, originally(parts, compared.request, root)));
  }
  const below =
    request.parent ??
    (await assemble({ ...request, inputs: { ...request.inputs, layer: "root" } }, parts)).Id;
  const known = new KnownLayers();
  try {
    const [applied] = await Promise.all([
      buildByPacker(request, below, root, log, builderImage(build, request, root)),
      known.readAhead(parts.layers.map(layerPath)),
    ]);
    tellOf(applied.services, parts, request, log);
    log.step("makes the layer canonical");
    const layer = await scanned(request, await topLayer(applied, request, log), log);
    const made = request.parent ? [layer] : [...parts.layers, layer];
    const compared = comparedRequest(request, made, root, log);
    const all = withLayer(parts, layer, applied, request);
    const assembled = async () => {
      const image = await assemble(compared.request, originally(all, compared.request, root));
      return madeOf(compared, image);
    };
    // Nothing of what Packer left is needed any more.
    const [whole, contents] = await Promise.all([
      assembled(),
      keptContents(all.layers, known),
      sweepDeadBuilds(request.inputDigest),
    ]);
    return { ...whole, contents };
  } catch (error) {
    await sweepDeadBuilds(request.inputDigest);
    throw error;
  }
}

async function madeOf(compared: Omit<MadeLayer, "result">, image: ImageFacts): Promise<MadeLayer> {
  return { ...compared, result: await resultOf(compared.request, image) };
}

/** The parts as they say of themselves what they were made from. */
function originally(parts: ImageParts, request: PlacedRequest, root: string): ImageParts {
  return { ...parts, origin: originLabels(request, root) };
}

/** An existing image, with the files that it is given, which is from now on known as what a layer comes to. */
async function takeExisting(
  request: PlacedRequest,
  image: string,
  root: string,
  log: BuildLog,
): Promise<ImageFacts> {
  const { layer, places } = request.inputs;
  log.step(`takes ${image}`);
  const taken = await pullExisting(imageOwner(layer), image);
  const tell = (line: string) => {
    log.step(line);
  };
  const facts = places
    ? await withFilesLayer(taken, await scanned(request, await filesLayer(request, root, tell), log), request)
    : taken;
  await knowImage(facts.Id, layer, request.inputDigest);
  return facts;
}

/** What boxes will not do by themselves of the units that this layer brings; the layers below have said theirs. */
function tellOf(
  services: readonly Service[],
  below: ImageParts,
  { parent }: PlacedRequest,
  log: BuildLog,
): void {
  // A base's own services run under systemd alone.
  if (parent === undefined) return;
  const known = new Set([...below.enabledUnits, ...below.services.map(({ unit }) => unit)]);
  for (const { unit, systemd = [], notes = [] } of services) {
    if (known.has(unit)) continue;
    if (systemd.length > 0) log.step(`${unit} needs systemd in its boxes: ${systemd.join(", ")}`);
    for (const note of notes) log.step(`${unit}: ${note}`);
  }
}

/** The layer, in which nothing looks like a secret. */
async function scanned(
  { inputs, noSecrets = [] }: PlacedRequest,
  layer: string,
  log: BuildLog,
): Promise<string> {
  log.step("looks for secrets");
  // What it holds was looked at when it was built.
  const held = inputs.holds ? [`${heldFolder}/**`] : [];
  const notes = await refuseSecrets(inputs.layer, layerPath(layer), [...noSecrets, ...held]);
  for (const note of notes) log.step(note);
  return layer;
}

/** A digest names the architecture of this machine: an engine elsewhere may have another. */
function refuseOtherEngine({ id, inputs }: PlacedRequest, got: string): void {
  const wanted = architectureOf(inputs.tools);
  if (got === wanted) return;
  throw new Error(
    `${id}: expected an engine for ${wanted}, as this machine is, got one for ${got}; build on a machine of that architecture, or with an engine of this one`,
  );
}

/** What the new image shares with the one below it; for a base, its root file system. */
async function parentParts(request: PlacedRequest, root: string, log: BuildLog): Promise<ImageParts> {
  const { inputs, parent, epochSeconds } = request;
  const origin = originLabels(request, root);
  if (parent === undefined) {
    const { architecture, os } = await enginePlatform();
    refuseOtherEngine(request, architecture);
    const layers = [await rootLayer(inputs.from ?? {}, root, request, log)];
    return {
      ...{ architecture, os },
      layers,
      services: [],
      enabledUnits: [],
      epochSeconds,
      origin,
    };
  }
  const below = await inspectImage(parent);
  if (!below)
    throw new Error(
      `image ${parent}: expected in the engine as the parent of ${request.id}, got none; run up again after "npm run refresh"`,
    );
  const { services } = await resultOf(request, below);
  const enabledUnits = (below.Config.Labels?.[labels.enabledUnits] ?? "")
    .split(" ")
    .filter((unit) => unit !== "");
  return {
    architecture: below.Architecture,
    os: below.Os,
    layers: below.RootFS.Layers,
    services,
    enabledUnits,
    epochSeconds,
    origin,
  };
}

/** The parts with a layer on top. A base's own services run in every box and count for none. */
function withLayer(
  parts: ImageParts,
  layer: string,
  { services }: Applied,
  { parent }: PlacedRequest,
): ImageParts {
  const layers = [...parts.layers, layer];
  if (parent === undefined) return { ...parts, layers, enabledUnits: services.map(({ unit }) => unit) };
  return { ...parts, layers, services: services.filter(({ unit }) => !parts.enabledUnits.includes(unit)) };
}

function originLabels({ inputs, inputDigest, parent }: PlacedRequest, root: string): Record<string, string> {
  return {
    [labels.title]: inputs.layer,
    [labels.layer]: inputs.layer,
    [labels.inputDigest]: inputDigest,
    [labels.parent]: parent ?? "",
    [labels.revision]: lastRevision(root, inputs.files),
  };
}

/** The layer that was taken out of a box, canonical and kept. */
async function topLayer(
  { archive, image = "" }: Applied,
  { inputDigest, epochSeconds }: PlacedRequest,
  log: BuildLog,
): Promise<string> {
  const tell = (line: string) => {
    log.step(line);
  };
  const options = { epochSeconds, base: false, tell };
  const saved = archive ?? path.join(cacheFolder("work"), `saved-${inputDigest}.tar`);
  const uncompressed = `${saved}.layer`;
  try {
    if (archive !== undefined) return storeLayer(archive, options);
    await saveImage(image, saved);
    const layer = savedLayers(saved).at(-1);
    if (layer?.compression === undefined)
      return storeLayer(saved, { ...options, ...(layer && { extent: layer }) });
    await extractLayer(saved, layer, uncompressed);
    return storeLayer(uncompressed, options);
  } finally {
    for (const file of [saved, uncompressed]) rmSync(file, { force: true });
  }
}

/** Puts an image together and names it; an image of the same content, from whatever inputs, is used as it is. */
async function assemble(request: PlacedRequest, parts: ImageParts): Promise<ImageFacts> {
  const { json, contentDigest } = imageConfig(parts);
  const reference = localReference(request.inputs.layer, request.inputDigest);
  const image = (await imageOf(json, contentDigest)) ?? (await load(json, parts.layers));
  await knowImage(image, request.inputs.layer, request.inputDigest);
  const facts = await inspectImage(reference);
  if (!facts) throw new Error(`image ${reference}: expected in the engine after loading it, got none`);
  return facts;
}

/** An image that is there already, of whatever inputs. Labels only say where to look: images that stand on ours have them too. */
async function imageOf(config: string, contentDigest: string): Promise<string | undefined> {
  for (const id of await imagesLabelled(labels.contentDigest, contentDigest)) {
    const facts = await inspectImage(id);
    if (facts && hasContent(facts, config)) return id;
  }
  return undefined;
}

/** Loads only the new layer where the engine has the others, else all of them. */
async function load(config: string, layers: readonly string[]): Promise<string> {
  const archive = path.join(cacheFolder("work"), `image-${process.pid}-${Date.now()}.tar`);
  try {
    const id = writeImageArchive(archive, config, layers, layers.slice(-1));
    try {
      await loadImage(archive);
    } catch {
      writeImageArchive(archive, config, layers, layers);
      await loadImage(archive);
    }
    return id;
  } finally {
    rmSync(archive, { force: true });
  }
}

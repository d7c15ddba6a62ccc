import { readFileSync } from "node:fs";
import * as path from "node:path";
import { imageLayer, isPinned } from "../../config/existingImage.ts";
import { projectRoot } from "../../config/root.ts";
import { localEngine } from "../../engine/DockerClient.ts";
import { inspectImage, type ImageFacts } from "../../engine/images.ts";
import { pullExisting, pullProblem } from "../../images/existing/pull.ts";
import { knowImage } from "../../images/lock/know.ts";
import { existingInputs, inputDigest } from "../../plan/inputs.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { digestAs, repositoryOf } from "./digest.ts";
import { pinPlace, withPin } from "./place.ts";

/** What was written, and what stood there before. */
export interface Pinned {
  /** `applications.shop`. */
  path: string;
  image: string;
  before?: string;
}

/**
 * Pins the image of an application or accessory: asks the registry what its tag means now, and writes the digest where the
 * topology names the image.
 * @param image with a tag; default: the one that stands there.
 * @throws Error when the registry does not give it, or it is for another machine; nothing is written then.
 */
export async function pin(root: string, name: string, image: string | undefined): Promise<Pinned> {
  const file = path.join(root, "Pulumi.yaml");
  const text = readFileSync(file, "utf8");
  const place = pinPlace(text, name);
  const wanted = image ?? place.image?.replace(/@.*$/, "");
  if (wanted === undefined)
    throw new Error(
      `IMAGE: expected the image of ${place.path}, which names none yet, got nothing; name one`,
    );
  const pinned = await pinnedImage(name, wanted);
  const { path: at, image: before } = place;
  if (before !== pinned) writeWhole(file, withPin(text, place, pinned));
  return { path: at, image: pinned, ...(before !== undefined && { before }) };
}

/**
 * An image pinned by its digest: as given, or what its tag means in the registry now. The engine has it then.
 * @param name the application's, in what is said.
 * @throws Error when the registry does not give it, or it is for another machine.
 */
export async function pinnedImage(name: string, image: string): Promise<string> {
  const pinned = isPinned(image) ? image : await pinnedNow(name, image);
  await pullExisting(name, pinned);
  return pinned;
}

/** `name:tag@sha256:…`: what the registry has under the tag now. Leaves no name behind that was not there. */
async function pinnedNow(name: string, image: string): Promise<string> {
  const present = await inspectImage(image);
  const { exitCode, stderr } = await localEngine.ask(["pull", "--quiet", image]);
  const facts = exitCode === 0 ? await inspectImage(image) : undefined;
  if (!facts) throw new Error(pullProblem(name, image, stderr));
  const digest = digestAs(facts.RepoDigests ?? [], image);
  if (digest === undefined)
    throw new Error(
      `${name}: expected the digest of ${repositoryOf(image)} from the engine, got none; pin it by hand`,
    );
  const pinned = `${image}@${digest}`;
  if (!present) await renamed(facts, name, image, pinned);
  return pinned;
}

/** It is ours from now on, so that it is collected when nothing needs it, and the next update need not fetch it. */
async function renamed({ Id }: ImageFacts, name: string, image: string, pinned: string): Promise<void> {
  const layer = imageLayer(name);
  const digest = inputDigest(existingInputs(projectRoot, layer, pinned), undefined);
  await knowImage(Id, layer, digest);
  await localEngine.run(["image", "rm", image]);
}

import { inspectImages, type ImageFacts } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { appendTo, type Addition } from "../ledger/append.ts";
import { ledgerOf, type Ledger } from "../ledger/Ledger.ts";
import { releasableProofs, releaseProofs } from "../proof/store.ts";
import { buildKey, publishKey } from "../signing/key.ts";
import { signsKeyless } from "../signing/keyless.ts";
import { earlierFiles } from "./earlier.ts";
import type { Recorder } from "./entry.ts";
import { releaseFile } from "./folder.ts";
import type { ReleaseOutput } from "./output.ts";
import { recorderOf } from "./recorder.ts";
import { releaseName, sameContent, type Release, type ReleaseImage } from "./release.ts";
import { nextNumber, standingNumbers } from "./standing.ts";
import { newestRelease, readRelease, signedEntry, writeRelease } from "./store.ts";

/** A release and its file; `isNew` when it was written just now. */
export interface Recorded {
  release: Release;
  file: string;
  isNew: boolean;
}

/**
 * Writes the release that a stack runs, signed, unless it has been written before. Where the ledger gave its number to another
 * meanwhile, it is given the next.
 * @param reason why, in a person's words.
 * @throws Error when, without a ledger, that number was given to another content, by another clone for example.
 */
export async function recordRelease(root: string, output: ReleaseOutput, reason?: string): Promise<Recorded> {
  const present = presentRelease(root, output);
  if (present) return present;
  const release = await releaseOf(output);
  const recorder = recorderOf(root, reason);
  const ledger = ledgerOf(root);
  if (ledger) return appendTo(ledger, () => addition(ledger, output, release, recorder));
  // What a release refers to is there before it.
  if (output.promotedFrom === undefined) recordProofs(root, release);
  return { release, file: await writeRelease(root, release, recorder), isNew: true };
}

/** The release, where it is written already: under the number that it was given, or as the newest. */
function presentRelease(root: string, output: ReleaseOutput): Recorded | undefined {
  const { environment, number } = output;
  const file = releaseFile(environment, number);
  const isThere = standingNumbers(root, environment).includes(number);
  const release = isThere ? readRelease(root, file) : undefined;
  if (release && sameContent(release, output)) return { release, file, isNew: false };
  const newest = newestRelease(root, environment);
  if (newest && sameContent(newest, output))
    return { release: newest, file: releaseFile(environment, newest.number), isNew: false };
  if (!release || ledgerOf(root)) return undefined;
  throw new Error(
    `${file}: expected what ${environment} runs, got another release; another clone recorded it: run up again, which takes the next number`,
  );
}

/** What is added to the ledger as it is now: the release under its next number, and what it refers to. */
async function addition(
  ledger: Ledger,
  output: ReleaseOutput,
  unnumbered: Release,
  recorder: Recorder,
): Promise<Addition<Recorded>> {
  const { root } = ledger;
  const present = presentRelease(root, output);
  if (present) return { files: {}, message: "", result: present };
  const { environment } = output;
  const number = nextNumber(root, environment);
  const release = { ...unnumbered, number };
  return {
    files: {
      ...earlierFiles(ledger, environment),
      ...(output.promotedFrom === undefined && releasableProofs(root, digestsIn(release))),
      [`${environment}/${number}.json`]: await signedEntry(root, release, recorder),
    },
    message: [releaseName(release), recorder.reason].filter((part) => part !== undefined).join(": "),
    result: { release, file: releaseFile(environment, number), isNew: true },
  };
}

/** A release of what a stack runs, under the number that it was given. */
async function releaseOf(output: ReleaseOutput): Promise<Release> {
  const { environment, number, promotedFrom, fleets, machineImages, irreversible } = output;
  const images = promotedFrom === undefined ? await describeImages(output.images) : output.images;
  return {
    format: 1,
    environment,
    number,
    createdAt: new Date().toISOString(),
    ...(promotedFrom !== undefined && { promotedFrom }),
    images,
    machineImages,
    fleets,
    ...(irreversible && { irreversible }),
  };
}

/** The statements of all images go along, and the key that signs what is built here, where one does. */
function recordProofs(root: string, release: Release): void {
  if (!signsKeyless(root)) publishKey(root, buildKey());
  releaseProofs(root, digestsIn(release));
}

function digestsIn({ images, machineImages }: Release): string[] {
  return [
    ...Object.values(images).map(({ image }) => image),
    ...Object.values(machineImages).map(({ diskDigest }) => diskDigest),
  ];
}

/** The images with what the engine knows of them: their commit, and their place in a registry. */
async function describeImages(images: Record<string, ReleaseImage>): Promise<Record<string, ReleaseImage>> {
  const facts = await inspectImages(Object.values(images).map(({ image }) => image));
  return Object.fromEntries(
    Object.entries(images).map(([id, image]) => [id, describedImage(image, facts.get(image.image))]),
  );
}

function describedImage(image: ReleaseImage, facts: ImageFacts | undefined): ReleaseImage {
  const revision = facts?.Config.Labels?.[labels.revision];
  const manifest = facts?.RepoDigests?.[0];
  const architecture = facts?.Architecture;
  return {
    ...image,
    ...(architecture !== undefined && architecture !== "amd64" && { architecture }),
    ...(revision !== undefined && revision !== "" && { revision }),
    ...(manifest !== undefined && { manifest }),
  };
}

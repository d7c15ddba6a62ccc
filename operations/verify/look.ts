import { inspectImage } from "../../engine/images.ts";
import { verifyChain, verifyImage, type ProofVerdict } from "../../images/proof/verify.ts";
import type { Chosen } from "./choose.ts";

/** Judges a container image with its content, a disk by its statement; a bare digest is what the statement says. */
export async function verifyAny(root: string, { kind, ...image }: Chosen): Promise<ProofVerdict> {
  if (kind === "image") return verifyImage(root, image);
  if (kind === "disk") return verifyChain(root, image);
  const verdict = verifyChain(root, image);
  const isDisk = verdict.statement?.predicate.buildDefinition.buildType.includes(":disk:") ?? false;
  if (isDisk) return verdict;
  if (verdict.statement ?? (await inspectImage(image.digest))) return verifyImage(root, image);
  return { ...verdict, problems: [], unknown: verdict.problems };
}

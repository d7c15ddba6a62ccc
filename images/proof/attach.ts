import { z } from "zod";
import { askRegistry, repositoryIn, type Repository } from "../../engine/registry/ask.ts";
import { descriptorOf, mediaTypes, type Descriptor } from "../artifacts/artifact.ts";
import { usableBuildKey } from "../signing/key.ts";
import { signsKeyless } from "../signing/keyless.ts";
import { asBundle, sealed, sealedKeyless } from "./envelope.ts";
import { attachedLabel, isOurs, pulledReferrer, pushReferrer, referrersOf } from "./referrer.ts";
import type { Statement } from "./statement.ts";
import { verifyStatement, type Verified } from "./verify.ts";

const imageTypes = ["application/vnd.docker.distribution.manifest.v2+json", mediaTypes.manifest];

const manifestSchema = z.object({
  mediaType: z.string().optional(),
  config: z.object({ digest: z.string() }),
});

/**
 * Attaches to an image in a registry the statement of how it was made, signed anew about the very manifest that the registry has of it: by that digest
 * others know an image, and by that of its configuration this project does. What is not verified here is not signed.
 * @param name with the registry before it.
 * @returns the digest of what was attached.
 */
export async function attachProof(root: string, image: Verified, name: string, tag: string): Promise<string> {
  const { statement, problems } = verifyStatement(root, image);
  if (!statement) throw new Error(problems.join("; "));
  const repository = repositoryIn(name);
  const subject = await manifestOf(repository, tag, image.digest);
  const sha256 = subject.digest.slice("sha256:".length);
  const about = { ...statement, subject: [{ name, digest: { sha256 } }, ...statement.subject] };
  const seal = signsKeyless(root) ? await sealedKeyless(root, about) : sealed(about, usableBuildKey(root));
  return pushReferrer(repository, {
    subject,
    bundle: JSON.stringify(asBundle(seal)),
    annotations: { ...annotationsOf(statement), [attachedLabel]: image.digest },
  });
}

/**
 * Attaches to a copy of an image what this project attached to the image in another registry, as it is signed. It is about the manifest: where the copy has
 * another one, there is nothing to attach.
 */
export async function copyProofs(from: string, to: string): Promise<void> {
  const [[source = "", digest = ""], [target = "", copy]] = [from.split("@"), to.split("@")];
  if (digest !== copy) return;
  const [repository, other] = [repositoryIn(source), repositoryIn(target)];
  const attached = (await referrersOf(repository, digest)).filter(isOurs);
  for (const each of attached) {
    const found = await pulledReferrer(repository, each.digest);
    await pushReferrer(other, found);
  }
}

/** How a statement is told from others without being fetched. */
function annotationsOf({ predicateType, predicate }: Statement): Record<string, string> {
  return {
    "dev.sigstore.bundle.content": "dsse-envelope",
    "dev.sigstore.bundle.predicateType": predicateType,
    "org.opencontainers.image.created": predicate.runDetails.metadata.finishedOn,
  };
}

/** What the registry has under a tag, which is this image's. @throws Error where it is another's. */
async function manifestOf({ host, name }: Repository, tag: string, image: string): Promise<Descriptor> {
  const request = { headers: { accept: imageTypes.join(", ") } };
  const answer = await askRegistry(host, `${name}/manifests/${tag}`, request);
  const text = await answer.text();
  const { mediaType = answer.headers.get("content-type") ?? "", config } = manifestSchema.parse(
    JSON.parse(text),
  );
  // The digest of what was read, whatever the registry says: it names that image, and no other.
  if (config.digest === image) return descriptorOf(text, mediaType);
  throw new Error(`${host}/${name}:${tag}: expected the image ${image}, got ${config.digest}; push it again`);
}

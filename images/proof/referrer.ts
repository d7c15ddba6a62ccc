import { z } from "zod";
import { askRegistry, type Repository } from "../../engine/registry/ask.ts";
import { sha256 } from "../../plan/digest.ts";
import { descriptorOf, mediaTypes, pushBlob, type Descriptor } from "../artifacts/artifact.ts";

/** What a Sigstore bundle is called in registries (github.com/sigstore/cosign, specs/BUNDLE_SPEC.md). */
export const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
/** On what this project attaches: the image that it is about. */
export const attachedLabel = "immutable-fleets.image";

const empty = "{}";

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema).nullish() });

/** The tag under which those that refer to a manifest stand where the registry does not list them itself (distribution-spec, referrers tag schema). */
export function referrersTag(digest: string): string {
  return digest.replace(":", "-");
}

/** All that refers to a manifest, as the registry says, or, where it cannot, the tag. */
export async function referrersOf({ host, name }: Repository, digest: string): Promise<Descriptor[]> {
  const headers = { accept: mediaTypes.index };
  const listed = await askRegistry(host, `${name}/referrers/${digest}`, { headers, also: lacking });
  if (listed.ok) return indexSchema.parse(await listed.json()).manifests ?? [];
  return (await listUnder({ host, name }, referrersTag(digest)))?.manifests ?? [];
}

/** How registries answer that list no referrers. */
const lacking = [400, 403, 404, 405, 501];

/** The list of referrers that stands under a tag; undefined where there is none. */
export async function listUnder(
  { host, name }: Repository,
  tag: string,
): Promise<{ digest: string; bytes: number; manifests: Descriptor[] } | undefined> {
  const request = { headers: { accept: mediaTypes.index }, also: [404] };
  const answer = await askRegistry(host, `${name}/manifests/${tag}`, request);
  if (!answer.ok) return undefined;
  const text = await answer.text();
  const manifests = indexSchema.parse(JSON.parse(text)).manifests ?? [];
  return { digest: `sha256:${sha256(text)}`, bytes: Buffer.byteLength(text), manifests };
}

/** Whether this project attached it, as its annotation says: who signed it is another matter, and not all registries tell of which type it is. */
export function isOurs({ annotations }: Descriptor): boolean {
  return annotations?.[attachedLabel] !== undefined;
}

const attachedSchema = z.object({
  layers: z.tuple([descriptorSchema]),
  subject: descriptorSchema,
  annotations: z.record(z.string(), z.string()).default({}),
});

/** A bundle as it is attached somewhere. @throws Error where it is not what its digest says. */
export async function pulledReferrer({ host, name }: Repository, digest: string): Promise<Attachment> {
  const headers = { accept: mediaTypes.manifest };
  const manifest = await (await askRegistry(host, `${name}/manifests/${digest}`, { headers })).text();
  const { layers, subject, annotations } = attachedSchema.parse(JSON.parse(manifest));
  const bundle = await (await askRegistry(host, `${name}/blobs/${layers[0].digest}`)).text();
  const found = { subject, bundle, annotations };
  if (referrerManifest(found).descriptor.digest === digest) return found;
  throw new Error(
    `${host}/${name}@${digest}: expected what was attached, got something else; attach it again`,
  );
}

/** What a bundle is attached to, and what is said of it beside it. */
export interface Attachment {
  subject: Descriptor;
  bundle: string;
  annotations: Readonly<Record<string, string>>;
}

/**
 * Attaches a bundle to a manifest, where cosign and others look for it: as a referrer of it. Equal ones are there once.
 * @returns its digest.
 */
export async function pushReferrer(repository: Repository, attachment: Attachment): Promise<string> {
  const { host, name } = repository;
  const { text, descriptor } = referrerManifest(attachment);
  await pushBlob(repository, { text: empty }, mediaTypes.empty);
  await pushBlob(repository, { text: attachment.bundle }, bundleType);
  const put = await askRegistry(host, `${name}/manifests/${descriptor.digest}`, {
    method: "PUT",
    headers: { "content-type": mediaTypes.manifest },
    body: text,
  });
  // Whoever lists referrers is to say so; some only do it.
  const { subject } = attachment;
  const isListed = put.headers.get("oci-subject") !== null || (await lists(repository, subject, descriptor));
  if (!isListed) await listUnderTag(repository, subject, descriptor);
  return descriptor.digest;
}

async function lists(repository: Repository, subject: Descriptor, added: Descriptor): Promise<boolean> {
  return (await referrersOf(repository, subject.digest)).some(({ digest }) => digest === added.digest);
}

/** The manifest that refers to another, and how that is listed. */
export function referrerManifest({ subject, bundle, annotations }: Attachment): {
  text: string;
  descriptor: Descriptor;
} {
  const [config, layer] = [descriptorOf(empty, mediaTypes.empty), descriptorOf(bundle, bundleType)];
  const title = `${layer.digest.replace(":", "-")}.sigstore.json`;
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: bundleType,
    config,
    layers: [{ ...layer, annotations: { "org.opencontainers.image.title": title } }],
    subject,
    annotations,
  });
  return {
    text,
    descriptor: { ...descriptorOf(text, mediaTypes.manifest), artifactType: bundleType, annotations },
  };
}

/** How often the list is written anew where somebody else wrote it at the same time. */
const tries = 5;

/** Adds to the list under the tag, which others may write at the same time: it is looked at again. */
async function listUnderTag(repository: Repository, subject: Descriptor, added: Descriptor): Promise<void> {
  const { host, name } = repository;
  for (let tried = 0; tried < tries; tried++) {
    const listed = (await listUnder(repository, referrersTag(subject.digest)))?.manifests ?? [];
    if (listed.some(({ digest }) => digest === added.digest)) return;
    const manifests = [...listed, added];
    await askRegistry(host, `${name}/manifests/${referrersTag(subject.digest)}`, {
      method: "PUT",
      headers: { "content-type": mediaTypes.index },
      body: JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }),
    });
  }
}

import { openAsBlob, statSync } from "node:fs";
import { askRegistry, type Repository } from "../../engine/registry/ask.ts";
import { sha256 } from "../../plan/digest.ts";

/** Media types of the OCI image specification. */
export const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  empty: "application/vnd.oci.empty.v1+json",
} as const;

/** Refers to something by its content. */
export interface Descriptor {
  mediaType: string;
  /** `sha256:…`. */
  digest: string;
  size: number;
  artifactType?: string | undefined;
  annotations?: Readonly<Record<string, string>> | undefined;
}

/** Puts a text or a file there, unless it is there. @param digest hexadecimal SHA-256 of the file. */
export async function pushBlob(
  { host, name }: Repository,
  content: { text: string } | { file: string; digest: string },
  mediaType: string,
): Promise<Descriptor> {
  const described =
    "text" in content
      ? descriptorOf(content.text, mediaType)
      : { mediaType, digest: `sha256:${content.digest}`, size: statSync(content.file).size };
  const place = `${name}/blobs/${described.digest}`;
  const present = await askRegistry(host, place, { method: "HEAD", also: [404] });
  if (present.ok) return described;
  const begun = await askRegistry(host, `${name}/blobs/uploads/`, { method: "POST" });
  const at = new URL(begun.headers.get("location") ?? "", begun.url);
  at.searchParams.set("digest", described.digest);
  const body = "text" in content ? content.text : await openAsBlob(content.file);
  const headers = { "content-type": "application/octet-stream" };
  await askRegistry(host, at.href, { method: "PUT", headers, body });
  return described;
}

/** Puts a manifest, or an index of some, under a tag. */
export async function pushManifest(
  { host, name }: Repository,
  tag: string,
  manifest: { mediaType: string; [key: string]: unknown },
): Promise<Descriptor> {
  const text = JSON.stringify({ schemaVersion: 2, ...manifest });
  const headers = { "content-type": manifest.mediaType };
  await askRegistry(host, `${name}/manifests/${tag}`, { method: "PUT", headers, body: text });
  return descriptorOf(text, manifest.mediaType);
}

/** What refers to a text. */
export function descriptorOf(text: string, mediaType: string): Descriptor {
  return { mediaType, digest: `sha256:${sha256(text)}`, size: Buffer.byteLength(text) };
}

/** The text of a manifest; undefined where there is none under that tag. */
export async function pullManifest({ host, name }: Repository, tag: string): Promise<string | undefined> {
  const headers = { accept: `${mediaTypes.manifest}, ${mediaTypes.index}` };
  const answer = await askRegistry(host, `${name}/manifests/${tag}`, { headers, also: [404] });
  return answer.ok ? answer.text() : undefined;
}

/** What is there under a digest, as a stream; undefined where nothing is. */
export async function pullBlob(
  { host, name }: Repository,
  digest: string,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const answer = await askRegistry(host, `${name}/blobs/${digest}`, { also: [404] });
  return answer.ok ? (answer.body ?? undefined) : undefined;
}

import { z } from "zod";
import { askRegistry, type Repository } from "../../engine/registry/ask.ts";
import { mediaTypes } from "../../images/artifacts/artifact.ts";
import { isPackageTag, packageAnnotations } from "../../images/lock/registryStore.ts";
import { attachedTo, referrersTagForm, type Attached } from "../../images/proof/attached.ts";
import { understood } from "./answer.ts";
import type { RegistryImage } from "./registryItems.ts";

const manifestTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  mediaTypes.manifest,
  mediaTypes.index,
].join(", ");

/** More at a time are refused by some registries. */
const pageSize = 100;

const catalogSchema = z.object({ repositories: z.array(z.string()).nullish() });
const tagsSchema = z.object({ tags: z.array(z.string()).nullish() });
const manifestSchema = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ size: z.number() })),
});
const configSchema = z.object({
  created: z.string(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

const packageSchema = z.object({
  layers: z.array(z.object({ size: z.number() })).default([]),
  manifests: z
    .array(z.object({ annotations: z.object({ [packageAnnotations.file]: z.string() }) }))
    .default([]),
  annotations: z.object({ [packageAnnotations.created]: z.string() }),
});

/**
 * The images and packages below a prefix (`registry.example/team`), by the OCI distribution API, with what this project attached to images.
 */
export async function readRegistry(prefix: string): Promise<RegistryImage[]> {
  const [host = "", ...path] = prefix.split("/");
  const below = path.length === 0 ? "" : `${path.join("/")}/`;
  const images: RegistryImage[] = [];
  for (const repository of (await repositoriesOf(host)).filter((name) => name.startsWith(below)))
    images.push(...(await imagesOf(host, repository)));
  return images;
}

/** All names, page by page: each begins after the last one of the page before. */
async function repositoriesOf(host: string): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last === undefined ? "" : `&last=${encodeURIComponent(last)}`;
    const answer = await askRegistry(host, `_catalog?n=${pageSize}${after}`);
    const { repositories } = understood(catalogSchema, await answer.text(), `${host}: _catalog`);
    all.push(...(repositories ?? []));
    if ((repositories ?? []).length < pageSize) return all;
  }
}

/** Takes a manifest out of a registry, which may have gone with another. @param id `repository@sha256:…` */
export async function removeManifest(prefix: string, id: string): Promise<void> {
  const [host = ""] = prefix.split("/");
  await askRegistry(host, id.replace("@", "/manifests/"), { method: "DELETE", also: [404] });
}

/** Several tags may name one manifest. */
async function imagesOf(host: string, repository: string): Promise<RegistryImage[]> {
  const listed = await askRegistry(host, `${repository}/tags/list`);
  const { tags } = understood(tagsSchema, await listed.text(), `${host}: tags of ${repository}`);
  const found = new Map<string, RegistryImage>();
  for (const tag of (tags ?? []).filter((each) => !referrersTagForm.test(each))) {
    const answer = await askRegistry(host, `${repository}/manifests/${tag}`, {
      headers: { accept: manifestTypes },
    });
    const digest = answer.headers.get("docker-content-digest") ?? "";
    const known = found.get(digest);
    if (known) known.tags.push(tag);
    else found.set(digest, await described(host, repository, digest, tag, await answer.text()));
  }
  return Promise.all(
    [...found.values()].map(async (image) => ({
      ...image,
      attached: await attached({ host, name: repository }, image),
    })),
  );
}

/** To proofs and packages nothing is attached. */
async function attached(repository: Repository, { digest, tags }: RegistryImage): Promise<Attached[]> {
  const isImage = !tags.some((tag) => tag.startsWith("proof-") || isPackageTag(tag));
  return isImage ? attachedTo(repository, digest) : [];
}

async function described(
  host: string,
  repository: string,
  digest: string,
  tag: string,
  manifest: string,
): Promise<RegistryImage> {
  const about = `${host}: ${repository}:${tag}`;
  if (isPackageTag(tag)) {
    const { layers, manifests, annotations } = understood(packageSchema, manifest, about);
    return {
      ...{ repository, digest, image: digest, tags: [tag], labels: {} },
      created: annotations[packageAnnotations.created],
      bytes: layers.reduce((sum, { size }) => sum + size, 0),
      children: manifests.map((each) => each.annotations[packageAnnotations.file]),
      attached: [],
    };
  }
  const { config, layers } = understood(manifestSchema, manifest, about);
  const blob = await askRegistry(host, `${repository}/blobs/${config.digest}`);
  const { created, config: run } = understood(configSchema, await blob.text(), about);
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  return {
    repository,
    digest,
    image: config.digest,
    tags: [tag],
    labels: run?.Labels ?? {},
    created,
    bytes,
    attached: [],
  };
}

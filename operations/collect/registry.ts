import { z } from "zod";
import { understood } from "./answer.ts";
import type { RegistryImage } from "./registryItems.ts";

const manifestTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
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

/**
 * The images below a prefix (`registry.example/team`), by the OCI distribution API. REGISTRY_USER and REGISTRY_PASSWORD
 * are sent where they are set; a registry of this machine is asked without TLS, as engines do.
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
    const answer = await ask(host, `_catalog?n=${pageSize}${after}`);
    const { repositories } = understood(catalogSchema, await answer.text(), `${host}: _catalog`);
    all.push(...(repositories ?? []));
    if ((repositories ?? []).length < pageSize) return all;
  }
}

/** Takes a manifest out of a registry. @param id `repository@sha256:…` */
export async function removeManifest(prefix: string, id: string): Promise<void> {
  const [host = ""] = prefix.split("/");
  await ask(host, id.replace("@", "/manifests/"), { method: "DELETE" });
}

/** Several tags may name one manifest. */
async function imagesOf(host: string, repository: string): Promise<RegistryImage[]> {
  const listed = await ask(host, `${repository}/tags/list`);
  const { tags } = understood(tagsSchema, await listed.text(), `${host}: tags of ${repository}`);
  const found = new Map<string, RegistryImage>();
  for (const tag of tags ?? []) {
    const answer = await ask(host, `${repository}/manifests/${tag}`, { headers: { accept: manifestTypes } });
    const digest = answer.headers.get("docker-content-digest") ?? "";
    const known = found.get(digest);
    if (known) known.tags.push(tag);
    else found.set(digest, await described(host, repository, digest, tag, await answer.text()));
  }
  return [...found.values()];
}

async function described(
  host: string,
  repository: string,
  digest: string,
  tag: string,
  manifest: string,
): Promise<RegistryImage> {
  const about = `${host}: ${repository}:${tag}`;
  const { config, layers } = understood(manifestSchema, manifest, about);
  const blob = await ask(host, `${repository}/blobs/${config.digest}`);
  const { created, config: run } = understood(configSchema, await blob.text(), about);
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  return { repository, digest, image: config.digest, tags: [tag], labels: run?.Labels ?? {}, created, bytes };
}

async function ask(host: string, path: string, options: RequestInit = {}): Promise<Response> {
  const local = /^(localhost|127\.0\.0\.1)(:|$)/.test(host);
  const url = `${local ? "http" : "https"}://${host}/v2/${path}`;
  const { REGISTRY_USER: user = "", REGISTRY_PASSWORD: password = "" } = process.env;
  const credentials = Buffer.from(`${user}:${password}`).toString("base64");
  const headers = new Headers(options.headers);
  if (user !== "") headers.set("authorization", `Basic ${credentials}`);
  const answer = await fetch(url, { ...options, headers });
  if (answer.ok) return answer;
  const hints: Record<number, string> = {
    401: "set REGISTRY_USER and REGISTRY_PASSWORD",
    405: "allow deletion in the registry's configuration (storage.delete.enabled)",
  };
  throw new Error(
    `${options.method ?? "GET"} ${url}: expected success, got HTTP ${answer.status}; ${hints[answer.status] ?? "is it a registry?"}`,
  );
}

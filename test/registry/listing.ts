import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listenHere } from "../support/listen.ts";
import type { Registry } from "./registry.ts";

interface Stored {
  subject?: { digest: string };
  artifactType?: string;
  annotations?: Record<string, string>;
  mediaType: string;
}

/**
 * A registry in front of another that lists referrers itself, as the distribution specification 1.1 has it (Listing Referrers, and Pushing Manifests with
 * Subject); Debian's is of before.
 */
export async function listingReferrers(registry: Registry): Promise<Registry> {
  const [behind = "", ...path] = registry.prefix.split("/");
  const referrers = new Map<string, Map<string, object>>();
  const server = createServer((request, response) => {
    void forwarded(behind, referrers, request, response).catch(() => response.destroy());
  });
  const host = await listenHere(server);
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await registry.stop();
  };
  return { ...registry, prefix: [host, ...path].join("/"), stop };
}

async function forwarded(
  behind: string,
  referrers: Map<string, Map<string, object>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "", headers } = request;
  const body = await text(request);
  const [, name = "", kind, reference = ""] = /^\/v2\/(.+)\/(referrers|manifests)\/(.+)$/.exec(url) ?? [];
  if (kind === "referrers") {
    const type = "application/vnd.oci.image.index.v1+json";
    const manifests = [...(referrers.get(`${name}@${reference}`)?.values() ?? [])];
    response.writeHead(200, { "content-type": type });
    response.end(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
    return;
  }
  const { host: _, "content-length": __, connection: ___, ...given } = headers as Record<string, string>;
  const answer = await fetch(`http://${behind}${url}`, {
    ...{ method, headers: given, redirect: "manual" },
    ...(method !== "GET" && method !== "HEAD" && { body }),
  });
  const answered = Object.fromEntries(answer.headers);
  // What it names is to be asked of this one.
  if (answered["location"]) answered["location"] = answered["location"].replace(`http://${behind}`, "");
  if (kind === "manifests" && method === "PUT" && answer.ok) {
    const { subject, artifactType, annotations, mediaType } = JSON.parse(body) as Stored;
    const listed = referrers.get(`${name}@${subject?.digest ?? ""}`) ?? new Map<string, object>();
    const described = {
      mediaType,
      digest: reference,
      size: Buffer.byteLength(body),
      artifactType,
      annotations,
    };
    if (subject) referrers.set(`${name}@${subject.digest}`, listed.set(reference, described));
    if (subject) answered["oci-subject"] = subject.digest;
  }
  if (kind === "manifests" && method === "DELETE")
    for (const each of referrers.values()) each.delete(reference);
  response.writeHead(answer.status, answered);
  response.end(Buffer.from(await answer.arrayBuffer()));
}

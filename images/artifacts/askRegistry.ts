import { z } from "zod";
import { registryCredentials } from "./credentials.ts";

/** A request of the OCI distribution API. */
export interface RegistryRequest {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  headers?: Readonly<Record<string, string>>;
  body?: string | Blob;
}

/** A registry that refuses. */
export class RegistryRefusal extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** What a registry wants to be asked with, by the repository: told by it once, and good for some minutes. */
const authorizations = new Map<string, { header: string; until: number }>();
const goodMilliseconds = 120_000;

/** Nothing takes longer, with what is sent and what comes. */
const longestMilliseconds = 600_000;

/**
 * Asks a registry, with the credentials that this machine has for it. One of this machine is asked without TLS, as engines do.
 * @param place path below `/v2/`, or the address to go on at that the registry told.
 * @throws RegistryRefusal where it does not succeed.
 */
export async function askRegistry(
  host: string,
  place: string,
  request: RegistryRequest = {},
): Promise<Response> {
  const local = /^(localhost|127\.0\.0\.1)(:|$)/.test(host);
  const url = new URL(place, `${local ? "http" : "https"}://${host}/v2/`);
  const isOwn = url.host === host;
  const key = `${host} ${url.pathname.replace(/\/(blobs|manifests|tags)\/.*$/, "")}`;
  const present = authorizations.get(key);
  const header = present && present.until > Date.now() ? present.header : await basic(host);
  let answer = await send(url, request, isOwn ? header : undefined);
  if (answer.status === 401 && isOwn) {
    const wanted = await challenged(answer.headers.get("www-authenticate") ?? "", host, key);
    if (wanted !== undefined) answer = await send(url, request, wanted);
  }
  if (answer.ok) return answer;
  const hint = hints[answer.status] ?? "is it a registry?";
  throw new RegistryRefusal(
    `${request.method ?? "GET"} ${url.origin}${url.pathname}: expected success, got HTTP ${answer.status}; ${hint}`,
    answer.status,
  );
}

const hints: Record<number, string> = {
  401: "docker login, or set REGISTRY_USER and REGISTRY_PASSWORD",
  403: "see that whoever is logged in there may do that",
  404: "is it a registry, and has it that repository?",
  405: "allow deletion in the registry's configuration (storage.delete.enabled)",
};

function send(
  url: URL,
  { method = "GET", headers, body }: RegistryRequest,
  authorization: string | undefined,
): Promise<Response> {
  const own = new Headers(headers);
  if (authorization !== undefined) own.set("authorization", authorization);
  const signal = AbortSignal.timeout(longestMilliseconds);
  return fetch(url, { method, headers: own, body: body ?? null, signal });
}

async function basic(host: string): Promise<string | undefined> {
  const credentials = await registryCredentials(host);
  if (!credentials) return undefined;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** What a registry wants instead: `Bearer realm="https://auth.example/token",service="…",scope="…"`. */
async function challenged(challenge: string, host: string, key: string): Promise<string | undefined> {
  if (!/^bearer /i.test(challenge)) return undefined;
  const said = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = said("realm");
  if (realm === undefined) return undefined;
  const url = new URL(realm);
  for (const name of ["service", "scope"] as const) {
    const value = said(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const answer = await send(url, {}, await basic(host));
  if (!answer.ok) return undefined;
  const { token, access_token: other } = tokenSchema.parse(await answer.json());
  const header = `Bearer ${token ?? other ?? ""}`;
  authorizations.set(key, { header, until: Date.now() + goodMilliseconds });
  return header;
}

import { z } from "zod";
import { messageOf } from "../../work/message.ts";
import { credentialsFor, type Credentials } from "./credentials.ts";

/** Nothing takes longer, with what is sent and what comes. */
const timeoutMilliseconds = 600_000;

/** The tokens that registries gave, by host and repository: good for some minutes. */
const tokens = new Map<string, { header: string; until: number }>();
const goodMilliseconds = 120_000;

/** Where something is in a registry: `registry.example` and `team/catalog`. */
export interface Repository {
  host: string;
  name: string;
}

/** The repository of a name with its registry before it, as Docker reads names. */
export function repositoryIn(reference: string): Repository {
  const [first = "", ...rest] = reference.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost ? { host: first, name: rest.join("/") } : { host: "docker.io", name: reference };
}

/** One request, and the answers beside success that are looked at, too. */
export interface RegistryRequest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Blob;
  also?: readonly number[];
}

/**
 * Asks a registry by the OCI distribution API, signed in where it wants that. One of this machine is asked without TLS, as engines do.
 * @param path below `/v2/`, or what the registry itself named as the next.
 * @throws Error, as `expected …, got …; fix`.
 */
export async function askRegistry(
  host: string,
  path: string,
  { method = "GET", headers = {}, body, also = [] }: RegistryRequest = {},
): Promise<Response> {
  const url = new URL(path, `${baseOf(host)}/v2/`);
  const send = (authorization: string | undefined) =>
    answerOf(url, {
      method,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      ...(body !== undefined && { body }),
    });
  // What the registry names may be elsewhere: nobody is signed in there.
  const own = url.origin === new URL(baseOf(host)).origin;
  const answer = await (own ? signedIn(host, url, send) : send(undefined));
  if (answer.ok || also.includes(answer.status)) return answer;
  const hints: Record<number, string> = {
    401: "docker login, or set REGISTRY_USER and REGISTRY_PASSWORD",
    403: "let who is signed in there do it",
    405: "allow deletion in the registry's configuration (storage.delete.enabled)",
  };
  throw new Error(
    `${method} ${url.href}: expected success, got HTTP ${answer.status}; ${hints[answer.status] ?? "is it a registry?"}`,
  );
}

/** Sends with what the registry wants: a token that it gave for this repository lately, else what one signs in with, else a new token. */
async function signedIn(
  host: string,
  url: URL,
  send: (authorization: string | undefined) => Promise<Response>,
): Promise<Response> {
  const place = `${host} ${url.pathname.replace(/\/(blobs|manifests|tags|referrers)\/.*$/, "")}`;
  const present = tokens.get(place);
  const isGood = present !== undefined && present.until > Date.now();
  const credentials = isGood ? undefined : await credentialsFor(host);
  const first = await send(isGood ? present.header : credentials && basic(credentials));
  if (first.status !== 401) return first;
  const given = await token(first, credentials ?? (await credentialsFor(host)));
  if (given !== undefined) tokens.set(place, { header: given, until: Date.now() + goodMilliseconds });
  return send(given);
}

async function answerOf(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMilliseconds) });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new Error(
      `${request.method ?? "GET"} ${url.href}: expected an answer, got ${messageOf(cause)}; see that it can be reached`,
      { cause: error },
    );
  }
}

function baseOf(host: string): string {
  if (/^(localhost|127\.0\.0\.1)(:|$)/.test(host)) return `http://${host}`;
  return `https://${host === "docker.io" ? "registry-1.docker.io" : host}`;
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

const tokenSchema = z
  .object({ token: z.string().optional(), access_token: z.string().optional() })
  .transform(({ token: own, access_token: other }) => own ?? other);

/** What a registry wants instead of a password (distribution's docs/spec/auth/token.md); undefined where it says nothing of it. */
async function token(answer: Response, credentials: Credentials | undefined): Promise<string | undefined> {
  const challenge = answer.headers.get("www-authenticate") ?? "";
  const { realm, ...asked } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  if (!/^bearer /i.test(challenge) || realm === undefined) return undefined;
  const url = new URL(realm);
  for (const name of ["service", "scope"])
    if (asked[name] !== undefined) url.searchParams.set(name, asked[name]);
  const signed = credentials && { headers: { authorization: basic(credentials) } };
  const given = await answerOf(url, { ...signed });
  const found = given.ok ? tokenSchema.parse(await given.json()) : undefined;
  return found === undefined ? undefined : `Bearer ${found}`;
}

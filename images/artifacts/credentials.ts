import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { z } from "zod";

/** Who asks a registry. */
export interface Credentials {
  user: string;
  password: string;
}

const settingsSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** Asked once a process: programs that know credentials take their time. */
const known = new Map<string, Promise<Credentials | undefined>>();

/** REGISTRY_USER and REGISTRY_PASSWORD where they are set, else what Docker's client is logged in with (`docker login HOST`); undefined where that is nothing. */
export function registryCredentials(host: string): Promise<Credentials | undefined> {
  const { REGISTRY_USER: user = "", REGISTRY_PASSWORD: password = "" } = process.env;
  if (user !== "") return Promise.resolve({ user, password });
  const asked = known.get(host) ?? ofDocker(host);
  known.set(host, asked);
  return asked;
}

async function ofDocker(host: string): Promise<Credentials | undefined> {
  const folder = process.env["DOCKER_CONFIG"] ?? path.join(homedir(), ".docker");
  const file = path.join(folder, "config.json");
  if (!existsSync(file)) return undefined;
  const settings = settingsSchema.safeParse(jsonIn(file)).data;
  const helper = settings?.credHelpers?.[host] ?? settings?.credsStore;
  if (helper !== undefined) return ofHelper(helper, host);
  const encoded = settings?.auths?.[host]?.auth ?? settings?.auths?.[`https://${host}`]?.auth ?? "";
  const [user = "", ...password] = Buffer.from(encoded, "base64").toString().split(":");
  return user === "" ? undefined : { user, password: password.join(":") };
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** By the protocol of Docker's credential helpers: the host on standard input, JSON on standard output. */
async function ofHelper(helper: string, host: string): Promise<Credentials | undefined> {
  const { failed, stdout } = await execa(`docker-credential-${helper}`, ["get"], {
    input: host,
    reject: false,
  });
  if (failed) return undefined;
  const { Username: user, Secret: password } = answerSchema.parse(JSON.parse(stdout));
  return { user, password };
}

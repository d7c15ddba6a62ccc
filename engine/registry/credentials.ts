import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { z } from "zod";

/** With what one signs in at a registry. */
export interface Credentials {
  user: string;
  password: string;
}

const configSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

/** Where Docker's own registry is asked, and under which name its client keeps how to sign in there. */
const hub = {
  names: ["docker.io", "index.docker.io", "registry-1.docker.io"],
  key: "https://index.docker.io/v1/",
};

/**
 * With what to sign in at a registry: by the variables REGISTRY_USER and REGISTRY_PASSWORD, else as `docker login` has left it, in a file or with a helper.
 * Undefined where there is nothing: many may be asked by everybody.
 */
export async function credentialsFor(host: string): Promise<Credentials | undefined> {
  const { REGISTRY_USER: user = "", REGISTRY_PASSWORD: password = "" } = process.env;
  if (user !== "") return { user, password };
  const config = dockerConfig();
  const key = hub.names.includes(host) ? hub.key : host;
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  return (helper === undefined ? undefined : await helped(helper, key)) ?? kept(config, key);
}

function dockerConfig(): z.output<typeof configSchema> {
  const folder = process.env["DOCKER_CONFIG"] ?? path.join(homedir(), ".docker");
  const file = path.join(folder, "config.json");
  if (!existsSync(file)) return {};
  try {
    return configSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(`${file}: expected the configuration of Docker's client, got another file; mend it`);
  }
}

function kept({ auths = {} }: z.output<typeof configSchema>, key: string): Credentials | undefined {
  const auth = (auths[key] ?? auths[`https://${key}`])?.auth ?? "";
  const text = Buffer.from(auth, "base64").toString();
  const colon = text.indexOf(":");
  return colon <= 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** What a helper has (github.com/docker/docker-credential-helpers); undefined where that is nothing, or there is no such program. */
async function helped(helper: string, key: string): Promise<Credentials | undefined> {
  const { exitCode, stdout } = await execa(`docker-credential-${helper}`, ["get"], {
    input: key,
    reject: false,
  });
  if (exitCode !== 0) return undefined;
  const { Username: user, Secret: password } = helperSchema.parse(JSON.parse(stdout));
  return { user, password };
}

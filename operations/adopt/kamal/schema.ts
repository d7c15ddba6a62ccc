import { z } from "zod";
import { imageNamed, plainScalar, scalarText } from "../services/fileForms.ts";

const number = plainScalar
  .transform(Number)
  .refine((given) => given >= 0 && given < Infinity, { error: "a number that is not negative" });
const port = plainScalar
  .transform(Number)
  .refine((given) => Number.isInteger(given) && given > 0 && given < 65_536, {
    error: "a port from 1 to 65535",
  });
const map = z.record(z.string(), z.union([plainScalar, z.null()]));

/** `{clear, secret}`, or variables as they stand. */
const env = z.union(
  [
    z.strictObject({
      clear: map.nullish(),
      secret: z.array(z.string()).nullish(),
      tags: z.unknown().optional(),
    }),
    map,
  ],
  { error: "variables, or a map with clear and secret" },
);

const host = z.union([z.string(), z.record(z.string(), z.unknown())], { error: "a host" });
const hosts = z.array(host, { error: "a list of hosts" });

const proxy = z.looseObject({
  host: z.string().optional(),
  hosts: z.union([z.string(), z.array(z.string())]).optional(),
  app_port: port.optional(),
  ssl: z.unknown().optional(),
  path_prefix: z.string().optional(),
  strip_path_prefix: plainScalar.optional(),
  healthcheck: z.looseObject({ path: z.string().optional(), timeout: scalarText.optional() }).optional(),
});

const role = z.union(
  [
    hosts.transform((each) => ({ hosts: each })),
    z.looseObject({
      hosts: hosts.nullish(),
      cmd: z.string().optional(),
      env: env.optional(),
      proxy: z.union([z.boolean(), proxy]).optional(),
      options: z.record(z.string(), z.unknown()).optional(),
    }),
  ],
  { error: "a list of hosts, or a map with hosts" },
);

const accessory = z.looseObject({
  image: imageNamed("the name of an image"),
  host: z.unknown().optional(),
  port: scalarText.optional(),
  cmd: z.string().optional(),
  env: env.optional(),
  files: z.array(z.unknown()).nullish(),
  directories: z.array(z.string()).nullish(),
  volumes: z.array(z.string()).nullish(),
  service: z.string().optional(),
});

/** Kamal's configuration, as far as it is read here; what else it has is told by leftSettings.ts. */
export const kamalSchema = z.looseObject({
  service: z.string({ error: "the name of the service" }),
  image: imageNamed("the name of the image"),
  servers: z
    .union([hosts.transform((each) => ({ web: { hosts: each } })), z.record(z.string(), role)], {
      error: "a list of hosts, or roles with theirs",
    })
    .optional(),
  registry: z.looseObject({ server: z.string().optional() }).optional(),
  proxy: proxy.nullish(),
  env: env.nullish(),
  volumes: z.array(z.string(), { error: "a list of volumes" }).nullish(),
  accessories: z.record(z.string(), accessory).nullish(),
  logging: z
    .looseObject({ driver: z.string().optional(), options: z.record(z.string(), scalarText).nullish() })
    .nullish(),
  drain_timeout: number.optional(),
  deploy_timeout: number.optional(),
});

export type KamalRole = z.output<typeof role>;
export type KamalText = z.output<typeof kamalSchema>;
export type KamalVariables = z.output<typeof env>;

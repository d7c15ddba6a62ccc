import { z } from "zod";
import { imageNamed, plainScalar, scalarText } from "../services/fileForms.ts";
import { shellWords } from "../services/words.ts";

const flag = z.union([z.boolean(), z.stringbool()], { error: "true or false" });

const limit = plainScalar.transform(Number);

/** `[NAME=value]` or `{NAME: value}`; a name alone has null. */
const assignments = z
  .union([z.array(scalarText), z.record(z.string(), z.union([plainScalar, z.null()]))], {
    error: "a map, or a list of NAME=value",
  })
  .transform((given) => {
    if (!Array.isArray(given))
      return Object.entries(given).map(
        ([name, value]) => [name, value === null ? null : String(value)] as const,
      );
    return given.map((each) => {
      const [name = "", ...value] = each.split("=");
      return [name, value.length === 0 ? null : value.join("=")] as const;
    });
  });

/** A line, which is split into words, or a list of them; none: as the image says. */
const words = z
  .union([z.string(), z.array(scalarText), z.null()], { error: "a command, or a list of its words" })
  .transform((given, context) => {
    try {
      return typeof given === "string" ? shellWords(given) : (given ?? []);
    } catch (error) {
      context.addIssue({
        code: "custom",
        message: (error as Error).message.replace(/^expected (.*), got .*$/, "$1"),
      });
      return z.NEVER;
    }
  });

const textOrList = z
  .union([scalarText, z.array(scalarText)], { error: "a scalarText, or a list of them" })
  .transform((given) => (Array.isArray(given) ? given : [given]));

const listOrMap = <T extends z.ZodType>(value: T) =>
  z.union([z.array(z.string()), z.record(z.string(), value)], { error: "a list, or a map" });

const port = z.union(
  [
    scalarText,
    z.looseObject({
      target: scalarText,
      published: scalarText.optional(),
      host_ip: z.string().optional(),
      protocol: z.string().optional(),
    }),
  ],
  { error: "a port such as 8080:80, or a map with target" },
);

const mount = z.union(
  [
    z.string(),
    z.looseObject({
      type: z.string(),
      source: z.string().optional(),
      target: z.string(),
      read_only: flag.optional(),
      tmpfs: z.unknown().optional(),
      volume: z.unknown().optional(),
      bind: z.unknown().optional(),
    }),
  ],
  { error: "a volume such as data:/data, or a map with type and target" },
);

const resources = z.looseObject({ cpus: scalarText.optional(), memory: scalarText.optional() });

const deploy = z.looseObject({
  mode: z.string().optional(),
  restart_policy: z.looseObject({ condition: z.string().optional() }).nullish(),
  replicas: plainScalar.transform(Number).optional(),
  update_config: z.looseObject({ parallelism: plainScalar.transform(Number).optional() }).nullish(),
  resources: z.looseObject({ limits: resources.nullish(), reservations: z.unknown().optional() }).nullish(),
});

const healthcheck = z.looseObject({
  test: z
    .union([z.string(), z.array(scalarText)], { error: "a command, or a list such as [CMD, …]" })
    .optional(),
  disable: flag.optional(),
  interval: scalarText.optional(),
  timeout: scalarText.optional(),
  start_period: scalarText.optional(),
  retries: plainScalar.transform(Number).optional(),
});

/** A service of a Compose file (Compose specification, services), as far as it is read here; what else it has is told by leftKeys.ts. */
export const composeServiceSchema = z.looseObject({
  image: imageNamed("the name of an image").optional(),
  build: z
    .union([z.string(), z.looseObject({ context: z.string().optional() })], { error: "a folder, or a map" })
    .optional(),
  command: words.optional(),
  entrypoint: words.optional(),
  environment: assignments.nullish(),
  env_file: z
    .union(
      [
        z.string().transform((path) => [{ path, required: true }]),
        z.array(
          z.union([
            z.string().transform((path) => ({ path, required: true })),
            z.object({ path: z.string(), required: flag.default(true), format: z.string().optional() }),
          ]),
        ),
      ],
      { error: "a file, or a list of them" },
    )
    .optional(),
  ports: z.array(port, { error: "a list of ports" }).nullish(),
  expose: z.array(scalarText, { error: "a list of ports" }).nullish(),
  depends_on: listOrMap(z.looseObject({ condition: z.string().optional() }).nullable()).nullish(),
  links: z.array(z.string(), { error: "a list of services" }).nullish(),
  healthcheck: healthcheck.nullish(),
  volumes: z.array(mount, { error: "a list of volumes" }).nullish(),
  tmpfs: textOrList.nullish(),
  secrets: z
    .array(z.union([z.string(), z.looseObject({ source: z.string(), target: z.string().optional() })]))
    .nullish(),
  configs: z
    .array(z.union([z.string(), z.looseObject({ source: z.string(), target: z.string().optional() })]))
    .nullish(),
  deploy: deploy.nullish(),
  scale: plainScalar.transform(Number).optional(),
  mem_limit: scalarText.optional(),
  cpus: scalarText.optional(),
  stop_grace_period: scalarText.optional(),
  ulimits: z
    .record(z.string(), z.union([limit, z.looseObject({ soft: limit, hard: limit })]), {
      error: "limits by name, such as nofile: 65536",
    })
    .nullish(),
  init: flag.optional(),
  shm_size: scalarText.optional(),
  restart: scalarText.optional(),
  cap_add: z.array(z.string(), { error: "a list of capabilities" }).nullish(),
  container_name: z.string().optional(),
  hostname: z.string().optional(),
  networks: listOrMap(z.looseObject({ aliases: z.array(z.string()).optional() }).nullable()).nullish(),
  profiles: z.array(z.string(), { error: "a list of profiles" }).nullish(),
  labels: assignments.nullish(),
  logging: z
    .looseObject({
      driver: z.string().optional(),
      options: z.record(z.string(), scalarText).nullish(),
    })
    .nullish(),
});

export type ComposeServiceText = z.output<typeof composeServiceSchema>;

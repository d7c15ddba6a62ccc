import fc from "fast-check";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { validate } from "../../config/read/validate.ts";
import { projectRoot } from "../../config/root.ts";
import { projectSurroundings } from "../../config/references/surroundings.ts";
import type { Configuration } from "../../config/schema.ts";

const project = parse(readFileSync(path.join(projectRoot, "Pulumi.yaml"), "utf8")) as {
  config: Record<string, { value: unknown }>;
};
const sample = Object.fromEntries(Object.entries(project.config).map(([key, { value }]) => [key, value]));
const surroundings = projectSurroundings(projectRoot, ["database"]);
const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const platform =
  "arn:aws:elasticbeanstalk:eu-central-1::platform/Docker running on 64bit Amazon Linux 2023/4.3.0";

/** Targets that one environment has side by side. */
const kinds = {
  containers: ["containers"],
  behindEdge: ["instances", "containers", "hosts"],
  aws: ["instances", "handover"],
  beanstalk: ["beanstalk"],
} as const;

/** What an environment is like: how its targets follow one another, and what else it says. */
export interface Environment {
  kind: keyof typeof kinds;
  /** Which of the targets the first fleet has. */
  turned: number;
  more: Record<string, unknown>;
}

/** Where each fleet is to run. */
export interface Placed {
  kind: Environment["kind"];
  targets: Record<string, string>;
}

/** Environments of all kinds. */
export const environments: fc.Arbitrary<Environment> = fc.record({
  kind: fc.constantFrom(...(Object.keys(kinds) as Environment["kind"][])),
  turned: fc.nat(2),
  more: fc.record(
    {
      hosts: fc.constantFrom({}, { orders: ["orders.example"] }, { catalog: ["a.example", "b.example"] }),
      requireSigned: fc.boolean(),
      applications: fc.constantFrom(
        {},
        { orders: { environment: { DATABASE_URL: "pg://${secret:database}@db", LEVEL: 3 } } },
      ),
    },
    { requiredKeys: [] },
  ),
});

/** The sample's applications in these groups, each a fleet, in such an environment; checked. */
export function planned(
  groups: readonly (readonly string[])[],
  { kind, turned, more }: Environment,
): { configuration: Configuration; placed: Placed } {
  // Its boxes have one application each.
  const members = kind === "beanstalk" ? groups.flat().map((name) => [name]) : groups;
  const cycle = kinds[kind];
  const targets = Object.fromEntries(
    members.map((_, index) => [`fleet-${index}`, cycle[(index + turned) % cycle.length] ?? "containers"]),
  );
  const fleets = Object.fromEntries(
    members.map((applications, index) => [`fleet-${index}`, { applications }]),
  );
  const input = {
    ...sample,
    fleets,
    ...(kind === "beanstalk" && { registry: { prefix: "registry.example/shop" } }),
    environment: { ...surroundingsOf(kind), fleets: mapped(targets, placement), ...more },
  };
  return { configuration: validate(input, surroundings), placed: { kind, targets } };
}

function placement(target: string): object {
  return target === "hosts"
    ? { target, hosts: { members: { a: { address: "10.0.0.5", hostKey } } } }
    : { target };
}

function surroundingsOf(kind: Environment["kind"]): object {
  const edge = { layer: "haproxy", internalAddress: "10.0.0.1" };
  const aws = { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"], plainHttp: true };
  const elsewhere = { database: { address: "db.example" } };
  if (kind === "containers") return { edge, accessories: { database: {} } };
  if (kind === "behindEdge")
    return { edge, aws: { ...aws, edgeRange: "10.0.0.0/24" }, accessories: elsewhere, promoteFrom: "dev" };
  const share = kind === "aws" ? ["123456789012"] : [];
  return {
    aws: { ...aws, share, ...(kind === "beanstalk" && { beanstalkPlatform: platform }) },
    accessories: elsewhere,
    promoteFrom: "dev",
  };
}

function mapped<V, R>(record: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

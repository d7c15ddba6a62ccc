import fc from "fast-check";
import { z } from "zod";
import { addressRange } from "../../config/addresses.ts";
import { hostsSchema } from "../../config/hosts.ts";
import { ConfigurationError } from "../../config/problem.ts";
import { validate } from "../../config/read/validate.ts";

import { applicationSchema, environmentSchema, type Configuration } from "../../config/schema.ts";
import { arbitraryOf } from "./arbitrary.ts";
import { surroundings } from "./fixture.ts";

const layers = {
  base: { from: { mirror: {} }, roles: ["base"] },
  own: { on: "base", roles: ["catalog"] },
  haproxy: { on: "base", roles: ["haproxy"] },
};
/** Names that mean something to the edge, or look like those that it makes. */
const telling = [
  "public",
  "to-site",
  "site",
  "unchecked-site",
  "balancer",
  "host",
  "host-a",
  "engine",
  "edge",
  "a-",
];

const { shape } = environmentSchema;
const placements = (shape.fleets._zod.def.valueType as z.ZodObject).shape;
const members = hostsSchema.shape.members.unwrap();

// Made once: each is a tree of its own.
const name = fc.oneof(
  { weight: 4, arbitrary: arbitraryOf(shape.fleets._zod.def.keyType) as fc.Arbitrary<string> },
  { weight: 1, arbitrary: fc.constantFrom(...telling) },
);
const { port, ...answers } = applicationSchema.omit({
  ...{ layer: true, image: true, of: true, command: true, ready: true },
  ...{ uses: true, capabilities: true, volatile: true, pathPrefixes: true, stripPathPrefix: true },
}).shape;
/** Several have one port now and then, or the edge's. */
const alike = fc.option(fc.constantFrom(80, 8080, 9901), { freq: 2 });
const application = fc
  .tuple(arbitraryOf(z.strictObject({ ...answers, port: port.unwrap(), public: z.boolean() })), alike)
  .map(([each, own]) => ({ ...(each as Answering), ...(own !== null && { port: own }) }));
/** What of an application decides what else may be said of it. */
interface Answering {
  public: boolean;
}
const drainSeconds = arbitraryOf(placements["drainSeconds"] as z.ZodType);
// Each has four servers of its own or more, in two backends, which takes HAProxy a while where they are thousands.
const boxes = fc.integer({ min: 1, max: 12 });
const hosts = fc.option(arbitraryOf(members), { freq: 3, nil: {} });
/** Some that the check refuses, and more than a line of HAProxy's has words. */
const range = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.option(fc.nat(128)))
  .map(([address, prefix]) => (prefix === null ? address : `${address}/${prefix}`));
const proxies = fc.array(
  range.filter((each) => addressRange.safeParse(each).success),
  { maxLength: 70, size: "max" },
);
const hostNames = arbitraryOf((shape.hosts.unwrap() as z.ZodRecord)._zod.def.valueType) as fc.Arbitrary<
  string[]
>;
const { pathPrefixes, stripPathPrefix } = applicationSchema.shape;
/** What a public application may have beside its host names, which some of them begin with `*.` instead. */
const routed = fc.option(
  fc.record({
    keys: fc.option(arbitraryOf(z.strictObject({ pathPrefixes: pathPrefixes.unwrap(), stripPathPrefix }))),
    hasBelow: fc.boolean(),
  }),
  { freq: 3, nil: undefined },
);

/** An application, in a fleet of one of a few numbers, and what is said of that fleet if it is the first there. */
const placed = fc.record({
  name,
  home: fc.nat(2),
  application,
  hostNames,
  routed,
  fleet: name,
  drainSeconds,
  boxes,
  hosts,
});

/**
 * Whole configurations of several fleets and applications behind an edge, in containers and on mutable hosts, each value of any
 * form that the schema allows: those that the check accepts.
 */
export const configurations: fc.Arbitrary<Configuration> = fc
  .tuple(fc.uniqueArray(placed, { minLength: 1, maxLength: 5, selector: (each) => each.name }), proxies)
  .map(([all, before]) => {
    const homes = [...Map.groupBy(all, ({ home }) => home).values()];
    const fleets = homes.map(([first, ...others]) => [first?.fleet ?? "", [first, ...others]] as const);
    return {
      layers,
      applications: entries(all, (each) => [
        each.name,
        { ...each.application, ...(routesOf(each)?.keys as object), layer: "own" },
      ]),
      fleets: entries(fleets, ([fleet, homed]) => [fleet, { applications: homed.map((each) => each?.name) }]),
      environment: {
        fleets: entries(fleets, ([fleet, [first]]) => [fleet, placementOf(first)]),
        edge: {
          layer: "haproxy",
          proxies: before,
          ...(before.length % 2 === 1 && { tls: tlsOf(all), metrics: {} }),
        },
        hosts: entries(all, (each) => [each.name, hostsOf(each)]),
      },
    };
  })
  .map(accepted)
  .filter((configuration) => configuration !== undefined);

/** The values of secrets are known to an update alone; an authority is not asked for wildcards. */
function tlsOf(all: readonly Routed[]) {
  const names = all.flatMap((each) => hostsOf(each));
  const isAsked = names.length % 2 === 1 && names.every((name) => !name.startsWith("*."));
  return isAsked
    ? { acme: { email: "ops@example.com", acceptTerms: true } }
    : { certificates: ["${secret:token}"] };
}

function entries<T>(all: readonly T[], entry: (each: T) => [string, unknown]): Record<string, unknown> {
  return Object.fromEntries(all.map(entry));
}

/** Of a hidden application the web tier is told host names alone. */
function routesOf({ application: { public: isPublic }, routed: routes }: Routed) {
  return isPublic ? routes : undefined;
}

function hostsOf(each: Routed): string[] {
  return routesOf(each)?.hasBelow ? each.hostNames.map((host) => `*.${host}`) : each.hostNames;
}

interface Routed {
  application: Answering;
  hostNames: string[];
  routed: { keys: unknown; hasBelow: boolean } | undefined;
}

function placementOf(first: { drainSeconds: unknown; boxes: unknown; hosts: unknown } | undefined): object {
  const isOnHosts = Object.keys(first?.hosts ?? {}).length > 0;
  const { drainSeconds: drain, boxes: count, hosts: own } = first ?? {};
  return {
    drainSeconds: drain,
    boxes: count,
    ...(isOnHosts && { target: "hosts", hosts: { members: own } }),
  };
}

function accepted(input: unknown): Configuration | undefined {
  try {
    return validate(input, surroundings);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { publicPort } from "../../config/edge.ts";
import { ConfigurationError } from "../../config/problem.ts";
import { validate } from "../../config/read/validate.ts";
import type { Configuration } from "../../config/schema.ts";
import { edgeConfiguration } from "../../fleets/edge/configuration.ts";
import { edgePlan } from "../../fleets/edge/plan.ts";
import { hostKey, surroundings } from "../config/fixture.ts";
import { askedOfHaproxy, type Answered, type Asked } from "./askedOfHaproxy.ts";
import { edgeOf, hostsOf } from "./edgeOf.ts";

/** What is said of an application. */
interface Said {
  name: string;
  /** Its host names are the web tier's, which gets what is left. */
  isHidden?: boolean;
  hosts: string[];
  pathPrefixes?: string[] | undefined;
  stripPathPrefix: boolean;
}

const hostsSaid = ["shop.example", "a.example", "x.a.example", "*.example", "*.a.example", "*.x.a.example"];
const prefixesSaid = ["/api", "/api/v2", "/apix", "/a", "/v1.0"];
const names = ["api", "docs", "shop", "zoo"];
const asked: Asked[] = [
  ...hostsSaid.map((host) => host.replace("*", "any")),
  ...["SHOP.Example:8080", "b.a.example:80", "c.b.a.example", "example", "localhost", "[::1]:8080"],
].flatMap((host) =>
  [
    ...prefixesSaid.flatMap((path) => [path, `${path}/`, `${path}/x?at=/api`, `${path}x`]),
    ...["/", "//api", "/API", "/x/api", "/%61pi", "/v1x0", "/api//v2", "/api?v2"],
  ].map((path) => ({ host, path })),
);

const said: fc.Arbitrary<Said[]> = fc
  .tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constant(name),
        hosts: fc.subarray(hostsSaid, { maxLength: 3 }),
        pathPrefixes: fc.option(fc.subarray(prefixesSaid, { minLength: 1, maxLength: 3 }), {
          nil: undefined,
        }),
        stripPathPrefix: fc.boolean(),
        isHidden: fc.nat(3).map((one) => one === 0),
      }),
    ),
  )
  .chain((all) => fc.subarray(all, { minLength: 1 }))
  .map((all) => all.map((each) => (each.isHidden ? hidden(each) : each)));

/** One that is not public has whole host names, and no paths. */
function hidden({ name, hosts }: Said): Said {
  const whole = hosts.filter((host) => !host.startsWith("*"));
  return { name, hosts: whole, stripPathPrefix: false, isHidden: true };
}

const fixed: Said[][] = [
  [
    { name: "api", hosts: ["a.example"], pathPrefixes: ["/api", "/api/v2"], stripPathPrefix: true },
    { name: "docs", hosts: ["*.a.example"], stripPathPrefix: false },
    { name: "shop", hosts: ["a.example", "x.a.example"], stripPathPrefix: false },
  ],
  [
    { name: "api", hosts: [], pathPrefixes: ["/api"], stripPathPrefix: false },
    { name: "docs", hosts: [], pathPrefixes: ["/api/v2", "/v1.0"], stripPathPrefix: true },
  ],
  [{ name: "shop", hosts: ["shop.example", "*.a.example"], stripPathPrefix: false }],
  [
    { name: "api", hosts: [], pathPrefixes: ["/api"], stripPathPrefix: false },
    { name: "docs", hosts: [], stripPathPrefix: false },
    { name: "shop", hosts: ["*.a.example", "*.example"], stripPathPrefix: false },
    { name: "zoo", hosts: ["x.a.example", "shop.example"], stripPathPrefix: false, isHidden: true },
  ],
];

describe("The edge's routes", function () {
  this.timeout(60_000);

  it("send real requests where the documented order says, without a prefix that is to be taken off", async function () {
    const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);
    const accepted = said.filter(
      (all) => all.some(({ isHidden }) => !isHidden) && configured(all) !== undefined,
    );
    const all = [...fixed, ...fc.sample(accepted, { seed, numRuns: Number(process.env["FUZZ_RUNS"] ?? 12) })];
    const cases = all.map((each) => ({ text: textOf(each), listens: publicPort, requests: asked }));
    // Boxes ask each other by the applications' own ports, where nothing has a prefix.
    const inside = { text: textOf(fixed[0] ?? []), listens: portOf("api"), requests: asked };
    const answered = await askedOfHaproxy([...cases, inside]);
    if ("missing" in answered) {
      console.log(`      skipped: ${answered.missing}`);
      return this.skip();
    }
    deepEqual(
      answered.at(-1),
      asked.map(({ path }) => ({ status: 200, port: portOf("api"), path })),
    );
    all.forEach((each, index) => {
      deepEqual(
        asked.map((request, nth) => ({ ...request, ...answered[index]?.[nth] })),
        asked.map((request) => ({ ...request, ...expected(each, request) })),
        `FUZZ_SEED=${seed} ${JSON.stringify(each)}`,
      );
    });
  });
});

const portOf = (name: string) => 8001 + names.indexOf(name);

/** By what docs/fleets.md says, and nothing of how the edge does it. */
function expected(all: readonly Said[], request: Asked): Answered {
  const host = request.host.toLowerCase().replace(/:\d*$/, "");
  const [path = ""] = request.path.split("?");
  const publics = all.filter(({ isHidden }) => !isHidden);
  const rest = publics.toSorted((a, b) => (a.name < b.name ? -1 : 1)).find((each) => !each.pathPrefixes);
  const fits = (rest ? all : publics).flatMap((each) =>
    (each.hosts.length > 0 ? each.hosts : [""]).flatMap((name) =>
      (each.pathPrefixes ?? [""]).flatMap((prefix) => {
        const rank =
          name === host ? 3 : name.startsWith("*") && isBelow(host, name) ? 2 : name === "" ? 1 : 0;
        const isAtPath = prefix === "" || path === prefix || path.startsWith(`${prefix}/`);
        if (rank === 0 || !isAtPath || (rank === 1 && prefix === "")) return [];
        return [{ ...each, prefix, order: rank * 1000 + prefix.length }];
      }),
    ),
  );
  const [best] = fits.sort((a, b) => b.order - a.order);
  const taker = best && !best.isHidden ? best : rest && { ...rest, prefix: "" };
  if (!taker) return { status: 404 };
  const port = portOf(taker.name);
  if (!taker.stripPathPrefix || taker.prefix === "") return { status: 200, port, path: request.path };
  const left = request.path.slice(taker.prefix.length);
  const whole = left.startsWith("/") ? left : `/${left}`;
  return { status: 200, port, path: whole, prefix: taker.prefix };
}

function isBelow(host: string, wildcard: string): boolean {
  const [first = "", ...others] = host.split(".");
  return first !== "" && wildcard === `*.${others.join(".")}`;
}

function textOf(all: readonly Said[]): string {
  const configuration = configured(all);
  if (!configuration)
    throw new Error(`expected a configuration that is accepted, got ${JSON.stringify(all)}`);
  return edgeConfiguration(edgePlan(edgeOf(configuration), hostsOf(configuration)));
}

/** On mutable hosts, since the edge has the addresses of these in its configuration; undefined: refused. */
function configured(all: readonly Said[]): Configuration | undefined {
  const each = (entry: (one: Said) => object) => Object.fromEntries(all.map((one) => [one.name, entry(one)]));
  const members = { here: { address: "127.0.0.1", hostKey } };
  try {
    return validate(
      {
        layers: {
          base: { from: { mirror: {} }, roles: ["base"] },
          own: { on: "base", roles: ["catalog"] },
          haproxy: { on: "base", roles: ["haproxy"] },
        },
        applications: each(({ name, pathPrefixes, stripPathPrefix, isHidden }) => ({
          ...{ layer: "own", port: portOf(name), public: !isHidden },
          ...(pathPrefixes && { pathPrefixes, stripPathPrefix }),
        })),
        fleets: each(({ name }) => ({ applications: [name] })),
        environment: {
          fleets: each(() => ({ target: "hosts", hosts: { members } })),
          edge: { layer: "haproxy" },
          hosts: each(({ hosts }) => hosts),
        },
      },
      surroundings,
    );
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { edgeConfiguration, type EdgePlan } from "../../fleets/edge/configuration.ts";
import { edgePlan } from "../../fleets/edge/plan.ts";
import { configurations } from "../config/configurations.ts";
import { edgeOf, hostsOf } from "./edgeOf.ts";
import { serverSlots } from "../../fleets/edge/servers.ts";
import { application, plan, twoPublic, withPorts } from "./edgePlans.ts";
import { checkedByHaproxy } from "./haproxy.ts";

const special: readonly (readonly [what: string, EdgePlan])[] = [
  ["one public application", plan],
  ["two public applications", twoPublic],
  ["mutable hosts", { ...plan, hosts: { web: [{ server: "host-a", address: "10.0.0.5", backup: true }] } }],
  ["instances", { ...plan, balancers: { web: "inside.elb.example" } }],
  ["a hyphen in a name", { ...plan, applications: [application("shop-site", 8080, { public: true })] }],
  [
    "a hundred host names, as long as can be",
    {
      ...twoPublic,
      applications: twoPublic.applications.map((each) => ({
        ...each,
        hosts: Array.from(
          { length: 100 },
          (_, index) => `${index}.${"x".repeat(60)}.${"y.".repeat(90)}example`,
        ),
      })),
    },
  ],
  [
    "a hundred proxies",
    {
      ...plan,
      proxies: Array.from({ length: 100 }, (_, index) =>
        index % 2 ? `fd${index}::/16` : `10.${index}.0.0/16`,
      ),
    },
  ],
  ["a thousand boxes", { ...plan, slots: { web: serverSlots(1000) } }],
  ["TLS", { ...plan, tls: { port: 443, redirect: true } }],
  ["TLS by an authority's certificates", { ...twoPublic, tls: { port: 443, redirect: true, acme: true } }],
  ["metrics", { ...plan, hasMetrics: true }],
  ["TLS behind proxies", { ...twoPublic, proxies: ["10.0.0.0/8"], tls: { port: 8443, redirect: true } }],
  [
    "wildcards and paths, as long as can be",
    {
      ...twoPublic,
      applications: twoPublic.applications.map((each) => ({
        ...each,
        hosts: Array.from(
          { length: 20 },
          (_, index) => `${index % 2 ? "*." : ""}${10 + index}.${"x".repeat(60)}.${"y.".repeat(90)}example`,
        ),
        pathPrefixes: ["/v1.0", `/${"~".repeat(254)}`, `/${"x/".repeat(126)}y`],
        stripPathPrefix: true as const,
      })),
    },
  ],
  [
    "a page for what is under maintenance, whatever it says",
    {
      ...twoPublic,
      maintenance: {
        text: `${"\"'$\\{}#%[src] ".repeat(40)}ü`.slice(0, 500),
        retryAfterSeconds: 86_400,
        addresses: Array.from({ length: 100 }, (_, index) => `10.${index}.0.0/16`),
      },
    },
  ],
  ["further ports", withPorts],
  ["fleets whose requests are dealt in turns", { ...withPorts, dealt: ["shop", "web"] }],
  [
    "further ports beside hosts and instances, published behind proxies",
    {
      ...withPorts,
      proxies: ["10.0.0.0/8"],
      hosts: { shop: [{ server: "host-a", address: "10.0.0.5", backup: true }] },
      balancers: { web: "inside.elb.example" },
    },
  ],
  ["no application", { ...plan, applications: [] }],
];

describe("HAProxy accepts the edge's configuration", function () {
  this.timeout(300_000);

  it(`of ${special.map(([what]) => what).join(", ")}`, async function () {
    const checked = await checkedByHaproxy(special.map(([, each]) => edgeConfiguration(each)));
    if ("missing" in checked) return skipped(this, checked.missing);
    deepEqual(
      checked.map((each, index) => [special[index]?.[0], each]),
      special.map(([what]) => [what, { exitCode: 0, complaints: [] }]),
    );
  });

  it("of every configuration that the check accepts", async function () {
    const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);
    const all = fc.sample(configurations, { seed, numRuns: Number(process.env["FUZZ_RUNS"] ?? 100) });
    const texts = all.map((each) => edgeConfiguration(edgePlan(edgeOf(each), hostsOf(each))));
    const checked = await checkedByHaproxy(texts);
    if ("missing" in checked) return skipped(this, checked.missing);
    const bad = checked
      .map((result, index) => ({ ...result, text: texts[index] ?? "" }))
      .filter(({ exitCode, complaints }) => exitCode !== 0 || complaints.length > 0)
      .sort((a, b) => a.text.length - b.text.length);
    equal(bad.length, 0, `FUZZ_SEED=${seed}\n${bad[0]?.complaints.join("\n") ?? ""}\n${bad[0]?.text ?? ""}`);
  });
});

function skipped(test: Mocha.Context, reason: string): never {
  console.log(`      skipped: ${reason}`);
  return test.skip();
}

import * as assert from "node:assert/strict";
import { environmentSchema } from "../../config/schema.ts";
import { formatMarkdown } from "../../operations/preview/markdown.ts";
import { hourlyPrice, prices } from "../../operations/preview/prices.ts";
import { reportOf } from "../../operations/preview/report.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";
import { swapCost } from "../../operations/preview/swapCost.ts";
import { formatText } from "../../operations/preview/text.ts";

const environment = environmentSchema.parse({
  promoteFrom: "dev",
  aws: { region: "us-east-1" },
  fleets: {
    web: {
      target: "instances",
      boxes: 2,
      drainSeconds: 57,
      instances: { type: "t3.small", startMinutes: 15 },
      swap: { canary: [10, 50, 100], bakeSeconds: 280 },
    },
    odd: { target: "instances", instances: { type: "z9.tiny" } },
    box: {},
  },
});

function group(op: PreviewStep["op"], name: string, desiredCapacity: number): PreviewStep {
  const inputs = { desiredCapacity };
  return {
    urn: `urn:pulumi:prod::p::fleet:index:InstanceFleet$aws:autoscaling/group:Group::${name}`,
    type: "aws:autoscaling/group:Group",
    name,
    op,
    before: op === "create" ? {} : inputs,
    after: op === "delete" ? {} : inputs,
    changed: [],
  };
}

describe("the cost of a swap", () => {
  it("is that of the new boxes while they start, stay well, bake, and the old ones drain", () => {
    // (15 min + 3 s + 3 × 280 s + 57 s) × 2 boxes = 1 hour.
    const { dollars, ...cost } = swapCost(environment, "web", 2) ?? {};
    assert.deepEqual(cost, { instanceHours: 1, instanceType: "t3.small", pricesAsOf: "January 2025" });
    assert.ok(dollars !== undefined && Math.abs(dollars - 0.0208) < 1e-9);
  });

  it("is known for sizes by their family, and unknown for types that the table lacks", () => {
    assert.deepEqual(hourlyPrice("us-east-1", "m5.2xlarge"), { dollars: 0.384, asOf: "January 2025" });
    assert.equal(hourlyPrice("us-east-1", "z9.tiny"), undefined);
    assert.equal(hourlyPrice("xx-nowhere-1", "m5.large"), undefined);
    assert.equal(swapCost(environment, "odd", 1)?.dollars, undefined);
    assert.equal(swapCost(environment, "box", 1), undefined);
  });

  it("comes from rows of which each says when and from where, once", () => {
    const keys = prices.map(({ region, family }) => `${region} ${family}`);
    assert.equal(new Set(keys).size, keys.length);
    for (const { large, asOf, source } of prices) {
      assert.ok(large > 0.01 && large < 10);
      assert.match(asOf, /^[A-Z][a-z]+ 20\d\d$/);
      assert.match(source, /price list/);
    }
  });

  it("is told in every format of the preview", () => {
    const steps = [
      group("create", "web-aaaaaaaaaaaa-111111", 2),
      group("delete", "web-bbbbbbbbbbbb-111111", 2),
      group("same", "odd-cccccccccccc-111111", 1),
    ];
    const report = reportOf("prod", steps, environment);
    assert.equal(report.fleets[0]?.cost?.instanceHours, 1);
    const line =
      "web swaps 2 boxes: image bbbbbbbbbbbb → aaaaaaaaaaaa; new boxes first, the old ones after the gate; a canary: the new ones get 10 %, then 50, 100 % of the requests, for 280 s each, and go if they are worse; at most 1.00 hours of t3.small while both groups run, $0.02 by prices of January 2025";
    assert.equal(formatText(report), `prod:\nFleets\n  ${line}\nStays\n  odd\n`);
    assert.ok(formatMarkdown(report, "").includes(`- ${line}`));
  });

  it("says so when there is no price", () => {
    const steps = [
      group("create", "odd-aaaaaaaaaaaa-111111", 1),
      group("delete", "odd-aaaaaaaaaaaa-222222", 1),
    ];
    assert.match(
      formatText(reportOf("prod", steps, environment)),
      /odd swaps 1 box: run specification;.*at most 0\.18 hours of z9\.tiny while both groups run \(operations\/preview\/prices\.ts has no price for it\)/,
    );
  });

  it("is none for a fleet that starts or stays", () => {
    const report = reportOf("prod", [group("create", "web-aaaaaaaaaaaa-111111", 2)], environment);
    assert.deepEqual([report.fleets[0]?.action, report.fleets[0]?.cost], ["create", undefined]);
  });
});

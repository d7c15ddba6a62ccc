import * as assert from "node:assert/strict";
import { reportOf } from "../../operations/preview/report.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";
import { formatText } from "../../operations/preview/text.ts";

const image = `sha256:${"1".repeat(64)}`;
const box = (op: PreviewStep["op"], name = "catalog-1"): PreviewStep => ({
  urn: `urn:pulumi:prod::p::fleet:index:ContainerFleet$docker:index/container:Container::${name}`,
  type: "docker:index/container:Container",
  ...{ name, op, changed: [], before: op === "create" ? {} : { image } },
  after: op === "delete" ? {} : { image },
});
const group = (op: PreviewStep["op"]): PreviewStep => {
  const name = "catalog-aaaaaaaaaaaa-123456";
  const inputs = { minSize: 2, desiredCapacity: 2 };
  return {
    urn: `urn:pulumi:prod::p::fleet:index:InstanceFleet$aws:autoscaling/group:Group::${name}`,
    type: "aws:autoscaling/group:Group",
    ...{ name, op, changed: [], before: op === "create" ? {} : inputs },
    after: op === "delete" ? {} : inputs,
  };
};
const edge = (after: Record<string, unknown>): PreviewStep => ({
  urn: "urn:pulumi:prod::p::fleet:index:Edge$docker:index/container:Container::edge",
  type: "docker:index/container:Container",
  ...{ name: "edge", op: "replace", changed: ["envs"], before: { image, envs: ["A=1"] }, after },
});

describe("the preview of a move", () => {
  it("is one line of a fleet that goes from containers to instances", () => {
    const report = reportOf("prod", [box("delete"), group("create"), box("same", "web-1")]);
    assert.deepEqual(
      report.fleets.map(({ name, action, boxesBefore, boxesAfter }) => [
        name,
        action,
        boxesBefore,
        boxesAfter,
      ]),
      [
        ["catalog", "move", 1, 2],
        ["web", "keep", 1, 1],
      ],
    );
    assert.match(
      formatText(report),
      /^ {2}catalog moves to instances: 2 boxes of image aaaaaaaaaaaa; the old ones stop when these are healthy and the edge has turned to them$/m,
    );
  });

  it("says that the way back is not without a gap", () => {
    const report = reportOf("prod", [box("create"), group("delete")]);
    assert.match(
      formatText(report),
      /^ {2}catalog moves to containers: 1 box of image 111111111111; it is away until they are healthy$/m,
    );
  });

  it("goes on after an update that failed", () => {
    const report = reportOf("prod", [box("delete"), group("same")]);
    assert.deepEqual(
      report.fleets.map(({ name, action }) => [name, action]),
      [["catalog", "move"]],
    );
  });

  it("tells the edge's swap by its environment, though that is not yet known", () => {
    const report = reportOf("prod", [edge({ image })]);
    assert.match(formatText(report), /^ {2}edge swaps 1 box: environment; new boxes first/m);
  });
});

import * as assert from "node:assert/strict";
import { describeFailure, isComplete, type GroupState } from "../../../fleets/instances/gate/verdict.ts";

const arn = (name: string) => `arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/${name}/01`;
const request = {
  fleet: "web",
  region: "eu-central-1",
  group: "web-1",
  boxes: 2,
  targetGroups: [arn("in"), arn("out")],
  timeoutSeconds: 60,
  steadySeconds: 3,
};

function state(boxes: string[], inside: string, outside = inside): GroupState {
  const targets = (value: string) => boxes.map((target) => ({ target, state: value }));
  return { boxes, targets: { [arn("in")]: targets(inside), [arn("out")]: targets(outside) } };
}

describe("the gate of a group of instances", () => {
  it("passes at full size, healthy behind every load balancer", () => {
    assert.equal(isComplete(request, state(["i-1", "i-2"], "healthy")), true);
  });

  const incomplete: [string, GroupState][] = [
    ["one box too few", state(["i-1"], "healthy")],
    ["no box at all", state([], "healthy")],
    ["boxes healthy behind one load balancer only", state(["i-1", "i-2"], "healthy", "initial")],
    ["boxes that are not registered", { boxes: ["i-1", "i-2"], targets: { [arn("in")]: [] } }],
  ];
  for (const [what, seen] of incomplete) {
    it(`waits with ${what}`, () => {
      assert.equal(isComplete(request, seen), false);
    });
  }

  it("tells which boxes are ill, why, and what their consoles say", () => {
    const reason = "Health checks failed with these codes: [503]";
    const targets = {
      [arn("in")]: [
        { target: "i-1", state: "healthy" },
        { target: "i-2", state: "unhealthy", reason },
      ],
    };
    assert.equal(
      describeFailure(request, { boxes: ["i-1", "i-2"], targets }, { "i-2": "one\ntwo" }),
      [
        "fleet web: expected 2 new boxes in service within 60 s, got 1 of 2 that started; the old boxes go on serving; mend the image and promote again, or run up",
        `i-2: in: unhealthy (${reason})`,
        "  last lines of its console:",
        "    one",
        "    two",
      ].join("\n"),
    );
  });
});

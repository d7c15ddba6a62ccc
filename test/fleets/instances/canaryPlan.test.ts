import * as assert from "node:assert/strict";
import fc from "fast-check";
import {
  describeAbort,
  reasonsToAbort,
  servingGroup,
  sharesAt,
  withdrawn,
} from "../../../fleets/instances/canary/plan.ts";
import { groupPriority, trafficPriority } from "../../../fleets/instances/canary/rules.ts";

describe("the plan of a canary", () => {
  it("gives the new group its percent and the old one the rest", () => {
    assert.deepEqual(sharesAt(10, "old", "new"), [
      { targetGroup: "old", weight: 90 },
      { targetGroup: "new", weight: 10 },
    ]);
    assert.deepEqual(sharesAt(100, "old", "new"), [{ targetGroup: "new", weight: 100 }]);
    assert.deepEqual(sharesAt(0, "old", "new"), [{ targetGroup: "old", weight: 100 }]);
  });

  it("always shares out all requests", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
        const weights = sharesAt(percent, "old", "new").map(({ weight }) => weight);
        return weights.reduce((sum, weight) => sum + weight, 0) === 100 && weights.every((each) => each > 0);
      }),
    );
  });

  it("knows the old group, also when an earlier canary was killed", () => {
    assert.equal(servingGroup([{ targetGroup: "old", weight: 1 }], "new"), "old");
    assert.equal(servingGroup(sharesAt(50, "old", "new"), "new"), "old");
    assert.equal(servingGroup(sharesAt(10, "old", "dead"), "new"), "old");
    assert.equal(servingGroup(sharesAt(100, "old", "new"), "new"), undefined);
  });

  it("takes a group that goes out of the rule, unless nothing else serves", () => {
    assert.deepEqual(withdrawn(sharesAt(50, "old", "new"), "new"), [{ targetGroup: "old", weight: 100 }]);
    assert.equal(withdrawn(sharesAt(0, "old", "new"), "new"), undefined);
    assert.equal(withdrawn(sharesAt(100, "old", "new"), "new"), undefined);
  });

  it("goes back for an alarm, one that is not there, and an ill box", () => {
    const alarms = {
      calm: { state: "OK" },
      new: { state: "INSUFFICIENT_DATA" },
      loud: { state: "ALARM", reason: "4 of 5 answers" },
    };
    const complaints = { "i-1": [], "i-2": ["in-site: unhealthy (Health checks failed)"] };
    assert.deepEqual(reasonsToAbort(["calm", "new"], { alarms, complaints: { "i-1": [] } }), []);
    assert.deepEqual(reasonsToAbort(["calm", "loud", "lost"], { alarms, complaints }), [
      "alarm loud is raised: 4 of 5 answers",
      "alarm lost: there is none of this name",
      "box i-2: in-site: unhealthy (Health checks failed)",
    ]);
  });

  it("says why it went back", () => {
    assert.equal(
      describeAbort("web", 10, ["alarm loud is raised"]),
      "fleet web: expected no alarm while the new boxes get 10 % of the requests, got 1; the old boxes have all requests again and go on serving; mend the image and promote again, or run up\n  alarm loud is raised",
    );
  });

  it("asks for single groups first, then by host name, then for all the rest", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (entry, group) => {
        const priority = groupPriority(entry, group);
        return priority >= 1 && priority < trafficPriority(1);
      }),
    );
    assert.ok(trafficPriority(1) < trafficPriority(99) && trafficPriority(99) < trafficPriority(0));
    assert.ok(trafficPriority(0) <= 50_000, "AWS takes no larger priority");
  });
});

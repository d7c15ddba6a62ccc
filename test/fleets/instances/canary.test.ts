import * as assert from "node:assert/strict";
import type { CanaryRequest } from "../../../fleets/instances/canary/request.ts";
import { made, machineRelease, ofType, type Instances, type Made } from "./program.ts";

const timeoutMilliseconds = 60_000;
const canary = (each: Instances) => {
  each.environment.fleets.web["swap"] = { canary: [10, 50, 100], bakeSeconds: 300, alarms: ["latency"] };
};

describe("a fleet with a canary", function () {
  this.timeout(timeoutMilliseconds);
  let all: Made[] = [];
  /** The inputs of the one resource of a type whose name matches. */
  const one = (type: string, name: RegExp) => {
    const found = Object.entries(ofType(all, type)).filter(([each]) => name.test(each));
    assert.equal(found.length, 1, `${type} ${String(name)}: ${found.map(([each]) => each).join(", ")}`);
    return found[0]![1];
  };
  const webGroup = () =>
    Object.keys(ofType(all, "autoscaling/group:Group")).find((name) => name.startsWith("web-")) ?? "";
  before(async () => (all = await made(canary)));

  it("has target groups of its own, which the shared ones' boxes are not in", () => {
    const { targetGroupArns } = one("autoscaling/group:Group", /^web-/);
    assert.match(JSON.stringify(targetGroupArns), /^\["arn:in-site-[^"]+","arn:out-site-[^"]+"\]$/);
    assert.deepEqual(one("autoscaling/group:Group", /^orders-/)["targetGroupArns"], ["arn:in-orders"]);
  });

  it("can be asked for by a header, so that its boxes are checked before they serve", () => {
    const rule = one("ListenerRule", new RegExp(`^out-site-${webGroup()}$`));
    assert.deepEqual(rule["conditions"], [
      { httpHeader: { httpHeaderName: "X-Fleet-Group", values: [webGroup()] } },
    ]);
    assert.equal(rule["listenerArn"], "arn:public-https");
  });

  it("gets requests by a rule that is changed after the canary, the listener's own action staying", () => {
    const rule = one("ListenerRule", /^out-site-traffic$/);
    assert.deepEqual(rule["conditions"], [{ pathPattern: { values: ["/*"] } }]);
    assert.match(JSON.stringify(rule["actions"]), /"targetGroupArn":"arn:out-site-/);
    assert.match(
      JSON.stringify(one("lb/listener:Listener", /^public-https$/)["defaultActions"]),
      /"arn:out-site"/,
    );
  });

  it("is led there by percent, with alarms on the new boxes' errors and those that are named", () => {
    const command = one("local:Command", /^web-.*-canary$/);
    const request = JSON.parse(String(command["create"])) as CanaryRequest;
    assert.deepEqual(request.percents, [10, 50, 100]);
    assert.equal(request.bakeSeconds, 300);
    assert.equal(request.alarms.length, 3);
    assert.equal(request.alarms.at(-1), "latency");
    assert.deepEqual(
      request.rules.map(({ listener, priority }) => [listener, priority]),
      [
        ["arn:site", 49_000],
        ["arn:public-https", 49_000],
      ],
    );
    const alarm = one("MetricAlarm", /^out-site-.*-errors$/);
    assert.equal(alarm["threshold"], 1);
    assert.equal(alarm["treatMissingData"], "notBreaching");
    assert.match(JSON.stringify(alarm["metricQueries"]), /"LoadBalancer":"suffix-public"/);
  });

  it("may have no alarm of its own", async () => {
    const none = await made((each) => {
      each.environment.fleets.web["swap"] = { canary: [100], errorPercent: 100 };
    });
    assert.deepEqual(ofType(none, "MetricAlarm"), {});
  });

  it("is in no rule any more when it goes", () => {
    const command = one("local:Command", /^web-.*-hold$/);
    assert.equal("create" in command, false);
    assert.equal((JSON.parse(String(command["delete"])) as CanaryRequest).withdraw, true);
  });

  it("leaves the other fleets' groups as they were", async () => {
    const plain = Object.keys(ofType(await made(), "autoscaling/group:Group"));
    const withCanary = Object.keys(ofType(all, "autoscaling/group:Group"));
    assert.equal(withCanary[0], plain[0]);
    assert.notEqual(withCanary[1], plain[1]);
    assert.deepEqual(ofType(await made(), "ListenerRule"), {});
  });

  it("keeps its rules and changes its target groups with another disk", async () => {
    const before = Object.keys(ofType(all, "ListenerRule"));
    const after = Object.keys(ofType(await made(canary, { from: machineRelease("c") }), "ListenerRule"));
    assert.deepEqual(
      after.filter((name) => before.includes(name)),
      ["in-site-traffic", "out-site-traffic"],
    );
  });
});

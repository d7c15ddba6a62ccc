import { deepEqual } from "node:assert/strict";
import { formatProblem } from "../../config/problem.ts";
import {
  beanstalkLimitProblems,
  hostRuleProblems,
  parameterProblems,
  userDataProblems,
} from "../../fleets/aws/limits.ts";
import { limitProblems } from "../../fleets/instances/limits.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { configured } from "./instances/program.ts";

/** Two bytes each. */
const umlauts = (bytes: number) => "ä".repeat(bytes / 2);

describe("AWS's limits", () => {
  it("of a parameter: 1 to 4096 bytes, and the value is not told", () => {
    deepEqual(parameterProblems("orders", { A: umlauts(4096), B: "x" }), []);
    deepEqual(parameterProblems("orders", { A: umlauts(4098), B: "" }).map(formatProblem), [
      "environment.fleets.orders.environment.A: expected a secret of 1 to 4096 bytes (AWS Systems Manager), got 4098 bytes; shorten it, or keep what is long elsewhere",
      "environment.fleets.orders.environment.B: expected a secret of 1 to 4096 bytes (AWS Systems Manager), got 0 bytes; shorten it, or keep what is long elsewhere",
    ]);
  });

  it("of user data: 16 KiB", () => {
    deepEqual(userDataProblems("web", umlauts(16_384)), []);
    deepEqual(userDataProblems("web", umlauts(16_386)).map(formatProblem), [
      "environment.fleets.web.environment: expected an environment whose user data has at most 16384 bytes (EC2), got 16386 bytes; shorten it",
    ]);
  });

  it("of Elastic Beanstalk's variables: 4096 bytes in all", () => {
    deepEqual(beanstalkLimitProblems("web", { A: umlauts(4090), B: "1" }), []);
    deepEqual(beanstalkLimitProblems("web", { A: umlauts(4090), B: "123" }).map(formatProblem), [
      "environment.fleets.web.environment: expected variables of at most 4096 bytes in all (Elastic Beanstalk), got 4098 bytes; shorten them",
    ]);
  });

  it("of a rule by host name: five, of 128 characters; the first application has no rule", () => {
    const hosts = (count: number) => Array.from({ length: count }, (_, index) => `${index}.example`);
    const [first, site] = [
      { name: "docs", hosts: hosts(9) },
      { name: "site", hosts: hosts(5) },
    ];
    deepEqual(hostRuleProblems([first, site]), []);
    const long = { name: "site", hosts: [...hosts(5), "x".repeat(129)] };
    deepEqual(hostRuleProblems([first, long]).map(formatProblem), [
      "environment.hosts.site[5]: expected a host name of at most 128 characters (a load balancer's rule), got 129; shorten it",
      "environment.hosts.site: expected at most 5 host names on instances (a load balancer's rule), got 6; leave some out, or put an edge before them",
    ]);
  });

  it("are known of fleets of instances before anything is made", () => {
    const limits = (bytes: number) => {
      const configuration = configured(({ environment }) => {
        environment.fleets.web["environment"] = { TEXT: "x".repeat(bytes) };
      });
      const plans = environmentPlan(configuration).targets.filter((each) => each.target === "instances");
      return plans.flatMap(limitProblems).map(({ path }) => path);
    };
    deepEqual(limits(8000), []);
    deepEqual(limits(16_000), ["environment.fleets.web.environment"]);
  });
});

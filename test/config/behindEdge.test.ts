import * as assert from "node:assert/strict";
import { ConfigurationError, formatProblem } from "../../config/problem.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { configured, type Instances } from "../fleets/instances/program.ts";

/** The web tier in containers and orders on instances, behind one edge. */
function mixed({ layers, environment }: Instances): void {
  Object.assign(layers, { haproxy: { on: "base" } });
  Object.assign(environment, { edge: { layer: "haproxy", internalAddress: "10.0.0.1" } });
  environment.aws = { region: "eu-central-1", zones: environment.aws["zones"], edgeRange: "10.0.0.1/32" };
  environment.fleets.web = { boxes: 1 };
}

function problems(change: (configuration: Instances) => void): string[] {
  try {
    configured((configuration) => {
      mixed(configuration);
      change(configuration);
    });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.problems.map(formatProblem);
  }
}

describe("instances behind the edge of containers", () => {
  const taken: [string, (configuration: Instances) => void][] = [
    ["are taken, without a certificate", () => undefined],
    [
      "are taken beside mutable hosts",
      ({ environment }) => {
        const member = { address: "10.0.0.5", hostKey: `ssh-ed25519 ${"A".repeat(68)}` };
        environment.fleets.web = { target: "hosts", hosts: { user: "deploy", members: { web1: member } } };
      },
    ],
    [
      "may be all that is there",
      ({ environment }) => {
        environment.fleets.web = { target: "instances" };
        Object.assign(environment, { edge: { layer: "haproxy" } });
      },
    ],
    [
      "may have what they need before they come, and keep the limits of what they were",
      ({ environment }) => {
        const needs = { instances: { type: "t3.small" }, swap: { canary: [50, 100] }, memory: "128 MiB" };
        environment.fleets.web = { target: "containers", ...needs };
        environment.fleets.orders = { target: "instances", ...needs };
      },
    ],
    [
      "need no address of an accessory that only containers use",
      ({ environment, applications }) => {
        environment.accessories["database"] = {};
        applications.orders.uses = [];
        Object.assign(applications.site, { uses: ["database"] });
      },
    ],
    [
      "need no public subnets",
      ({ environment }) => {
        const privateSubnets = ["subnet-0a", "subnet-0b"];
        environment.aws["network"] = { vpc: "vpc-0a", publicSubnets: [], privateSubnets };
      },
    ],
  ];
  for (const [title, change] of taken)
    it(title, () => {
      assert.deepEqual(problems(change), []);
    });

  it("are told of further ports of what is elsewhere, by the address at which they reach the edge, and may reach them", () => {
    const plan = environmentPlan(
      configured((configuration) => {
        mixed(configuration);
        const ports = { metrics: 9100, smtp: { port: 2525, protocol: "tcp" } };
        Object.assign(configuration.applications.site, { ports });
      }),
    );
    const [instances] = plan.targets.flatMap((each) => (each.target === "instances" ? [each] : []));
    assert.deepEqual(instances?.edge?.ports, [8080, 9100, 2525]);
    assert.deepEqual(instances.fleets[0]?.told.glue.ports, {
      SITE_METRICS_URL: "http://10.0.0.1:9100",
      SITE_SMTP_ADDRESS: "10.0.0.1:2525",
    });
  });

  const refused: [string, (configuration: Instances) => void, string[]][] = [
    [
      "what leads to them, and back, all at once",
      ({ environment }) => {
        delete environment.aws["edgeRange"];
        Object.assign(environment, { edge: { layer: "haproxy" } });
        environment.accessories["database"] = {};
      },
      [
        "environment.aws.edgeRange: expected the addresses from which the edge reaches the instances' load balancer, got nothing; add them, such as 10.0.0.1/32",
        "environment.edge.internalAddress: expected the address at which instances reach the applications of web, got nothing; add one of the edge's machine",
        "environment.accessories.database.address: expected an address that the instances reach, got nothing; run it elsewhere and add its host name",
      ],
    ],
    [
      "everybody's addresses",
      ({ environment }) => (environment.aws["edgeRange"] = "0.0.0.0/0"),
      [
        "environment.aws.edgeRange: expected the edge's addresses, from /8 to /32, such as 10.0.0.1/32, got 0.0.0.0/0; correct it",
      ],
    ],
    [
      "a hand-over",
      ({ environment }) => {
        environment.fleets.web["target"] = "handover";
        environment.aws["share"] = ["123456789012"];
      },
      [
        "environment.fleets.web.target: expected containers, hosts or instances behind the edge, got handover; use two stacks",
      ],
    ],
    [
      "engines on other machines",
      ({ environment }) => {
        const north = { address: "10.0.0.5", hostKey: `ssh-ed25519 ${"A".repeat(68)}` };
        Object.assign(environment, { engines: { north }, edge: { layer: "haproxy" } });
      },
      [
        "environment.fleets.orders.target: expected containers, since environment.engines names engines, got instances; use two stacks",
      ],
    ],
    [
      "boxes that keep data, in containers",
      ({ environment }) => (environment.fleets.web["stateful"] = true),
      [
        "environment.fleets.web.stateful: expected target: instances beside it, got containers; set it, or remove this",
      ],
    ],
  ];
  for (const [what, change, lines] of refused)
    it(`are refused with ${what}`, () => {
      assert.deepEqual(problems(change), lines);
    });

  it("are refused beside Elastic Beanstalk", () => {
    const told = problems(({ environment }) => (environment.fleets.web["target"] = "beanstalk")).join("\n");
    assert.match(
      told,
      /environment\.fleets: expected one target in one environment, got several; use two stacks/,
    );
    assert.match(told, /environment\.edge: expected none: each environment has a balancer/);
  });

  it("are refused without the edge, that alone leads to both", () => {
    const [told] = problems(({ environment }) => {
      Reflect.deleteProperty(environment, "edge");
      environment.aws["plainHttp"] = true;
    });
    assert.equal(
      told,
      "environment.fleets: expected one target in one environment, got containers and instances; add an edge before both, or use two stacks",
    );
  });
});

import * as assert from "node:assert/strict";
import { ConfigurationError } from "../../config/problem.ts";
import { configured, type Instances } from "../fleets/instances/program.ts";

function problems(change: (configuration: Instances) => void): string[] {
  try {
    configured(change);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message.split("\n").slice(1);
  }
}

describe("configuration of instances", () => {
  const cases: [string, (configuration: Instances) => void, RegExp][] = [
    [
      "no certificate",
      (each) => delete each.environment.aws["certificate"],
      /aws\.certificate: expected a certificate for HTTPS, got nothing; add one, or plainHttp: true for a test/,
    ],
    [
      "a network range that is none",
      (each) => (each.environment.aws["range"] = "10.20.0.0/33"),
      /aws\.range: expected an address range such as 10\.20\.0\.0\/16, got 10\.20\.0\.0\/33; correct it/,
    ],
    [
      "a network range with bits behind its prefix",
      (each) => (each.environment.aws["range"] = "10.20.0.1/16"),
      /aws\.range: expected an address range with zeros behind its prefix, such as 10\.20\.0\.0\/16, got 10\.20\.0\.1\/16; correct it/,
    ],
    [
      "one zone",
      (each) => (each.environment.aws["zones"] = ["eu-central-1a"]),
      /aws\.zones: expected two or more zones, or a network, got eu-central-1a; add another/,
    ],
    [
      "a zone of another region",
      (each) => (each.environment.aws["zones"] = ["eu-central-1a", "eu-west-1a"]),
      /aws\.zones\[1\]: expected a zone of eu-central-1, got eu-west-1a/,
    ],
    [
      "no release",
      (each) => delete (each.environment as { promoteFrom?: string }).promoteFrom,
      /promoteFrom: expected a release that has machine images, got nothing/,
    ],
    [
      "no aws",
      (each) => delete (each.environment as { aws?: unknown }).aws,
      /environment\.aws: expected where the instances run, got nothing/,
    ],
    [
      "an accessory without an address",
      (each) => (each.environment.accessories["database"] = {}),
      /accessories\.database\.address: expected where it runs, got nothing/,
    ],
    [
      "a memory limit",
      (each) => (each.environment.fleets.web["memory"] = "128 MiB"),
      /fleets\.web\.memory: expected no limit of a container, got 128 MiB; choose instances\.type instead/,
    ],
    [
      "fewer boxes at most than at least",
      (each) => (each.environment.fleets.web["instances"] = { maxBoxes: 1 }),
      /maxBoxes: expected at least boxes \(2\), got 1; raise it/,
    ],
    [
      "instances of another target",
      (each) => (each.environment.fleets.web = { instances: {} }),
      /fleets\.web\.instances: expected target: instances beside it, got containers/,
    ],
    [
      "a canary that does not rise",
      (each) => (each.environment.fleets.web["swap"] = { canary: [50, 10, 100] }),
      /fleets\.web\.swap\.canary: expected percents that rise and end with 100, got 50, 10, 100; correct them/,
    ],
    [
      "a canary that ends early",
      (each) => (each.environment.fleets.web["swap"] = { canary: [10, 50] }),
      /fleets\.web\.swap\.canary: expected percents that rise and end with 100, got 10, 50/,
    ],
    [
      "what only a canary of containers is told",
      (each) => (each.environment.fleets.web["swap"] = { canary: [10, 100], minimumRequests: 5 }),
      /fleets\.web\.swap\.minimumRequests: expected target: containers beside it, got instances; remove it, or use alarms/,
    ],
    [
      "turns, which only containers have",
      (each) => (each.environment.fleets.web["swap"] = { maxSurge: 1 }),
      /fleets\.web\.swap\.maxSurge: expected target: containers beside it, got instances; remove it/,
    ],
    [
      "a canary of a fleet on Elastic Beanstalk",
      (each) => (each.environment.fleets.web = { target: "beanstalk", swap: { canary: [100] } }),
      /fleets\.web\.swap: expected target: instances beside it, got beanstalk/,
    ],
    [
      "stateful boxes without a place for their data",
      (each) => (each.environment.fleets.web["stateful"] = true),
      /fleets\.web\.instances\.data: expected where the boxes keep their data, got nothing; add data: \{path: …\}/,
    ],
    [
      "data of boxes that are not stateful",
      (each) => (each.environment.fleets.web["instances"] = { data: { path: "/data" } }),
      /fleets\.web\.instances\.data: expected stateful: true beside it, got false/,
    ],
    [
      "a canary of stateful boxes",
      (each) =>
        (each.environment.fleets.web = {
          ...each.environment.fleets.web,
          stateful: true,
          swap: { canary: [100] },
          instances: { data: { path: "/data" } },
        }),
      /fleets\.web\.swap: expected none where boxes are stateful, got one/,
    ],
    [
      "a volume that no box would get",
      (each) => Object.assign(each.fleets.web, { volumes: { "/srv/data": "/dev/sdf" } }),
      /environment\.fleets\.web\.instances\.volumes: expected the size of \/dev\/sdf, for \/srv\/data, got nothing; add "\/dev\/sdf": 20 GiB/,
    ],
    [
      "a volume by its label, which a blank one has not",
      (each) => Object.assign(each.fleets.web, { volumes: { "/srv/data": "LABEL=data" } }),
      /fleets\.web\.volumes\["\/srv\/data"\]: expected a device from \/dev\/sdf to \/dev\/sdp for instances, got LABEL=data/,
    ],
    [
      "a volume that nothing is mounted from",
      (each) => (each.environment.fleets.web["instances"] = { volumes: { "/dev/sdg": "1 GiB" } }),
      /instances\.volumes\["\/dev\/sdg"\]: expected a device of fleets\.web\.volumes, got \/dev\/sdg; mount it there/,
    ],
    [
      "a volume beside that of stateful data",
      (each) => {
        Object.assign(each.fleets.web, { volumes: { "/srv/data": "/dev/sdf", "/data": "/dev/sdg" } });
        each.environment.fleets.web = {
          ...each.environment.fleets.web,
          stateful: true,
          instances: { data: { path: "/data" } },
        };
      },
      /fleets\.web\.volumes\["\/srv\/data"\]: expected no path but that of the stateful data, got \/dev\/sdf; remove it/,
    ],
    [
      "a schedule that AWS does not have",
      (each) =>
        (each.environment.fleets.web = {
          ...each.environment.fleets.web,
          stateful: true,
          instances: { data: { path: "/data", snapshots: { everyHours: 5, at: "3:00" } } },
        }),
      /data\.snapshots\.everyHours: expected hours: 1, 2, 3, 4, 6, 8, 12 or 24, got 5.*\n.*snapshots\.at: expected a time of day such as 03:00, in quotes, got 3:00/,
    ],
    [
      "a hand-over to nobody",
      (each) => (each.environment.fleets.web["target"] = "handover"),
      /environment\.aws\.share: expected the accounts that fleets are handed over to, got nothing; add their ids/,
    ],
    [
      "an account that is none",
      (each) => (each.environment.aws["share"] = ["me"]),
      /aws\.share\[0\]: expected the id of an account, 12 digits, got me/,
    ],
    [
      "two targets",
      (each) => (each.environment.fleets.web = {}),
      /environment\.fleets: expected one target in one environment/,
    ],
    [
      "a number of a release without promoteFrom",
      (each) => (each.environment = { ...each.environment, promoteFrom: undefined, release: 3 } as never),
      /environment\.release: expected ENVIRONMENT\/NUMBER where there is no promoteFrom, got 3; write for example dev\/3/,
    ],
    [
      "a misspelt option",
      (each) => (each.environment.fleets.web["instances"] = { typ: "t3.small" }),
      /fleets\.web\.instances\.typ: expected a known key, got typ; did you mean type\?/,
    ],
    [
      "an instance type that is none",
      (each) => (each.environment.fleets.web["instances"] = { type: "small" }),
      /instances\.type: expected an instance type such as t3\.small, got small/,
    ],
  ];
  for (const [what, change, message] of cases) {
    it(`refuses ${what}`, () => {
      assert.match(problems(change).join("\n"), message);
    });
  }

  it("takes what is complete", () => {
    assert.deepEqual(
      problems(() => undefined),
      [],
    );
  });
});

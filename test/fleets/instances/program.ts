import * as pulumi from "@pulumi/pulumi";
import { validate } from "../../../config/read/validate.ts";
import type { Release } from "../../../images/release/release.ts";
import { digestOf, release } from "../../images/release/fixture.ts";
import type { Secrets } from "../../../fleets/target/filledIn.ts";
import type { Around } from "../../../fleets/target/Target.ts";
import type { EnvironmentPlan } from "../../../plan/environment/EnvironmentPlan.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import { around } from "../around.ts";

/** A configuration of two fleets of instances, before its defaults. */
export const instances = {
  layers: {
    base: { from: { mirror: {} } },
    machine: { on: "base", machineOnly: true },
    site: { on: "base" },
    orders: { on: "base" },
  },
  applications: {
    site: { layer: "site", port: 8080, public: true },
    orders: { layer: "orders", port: 8082, uses: ["database"] },
  },
  accessories: { database: { layer: "base", port: 5432, volume: "/data", ready: ["true"] } },
  fleets: { web: { applications: ["site"] }, orders: { applications: ["orders"] } },
  environment: {
    promoteFrom: "dev",
    aws: {
      region: "eu-central-1",
      zones: ["eu-central-1a", "eu-central-1b"],
      certificate: "arn:aws:acm:eu-central-1:123456789012:certificate/1",
    } as Record<string, unknown>,
    hosts: {} as Record<string, string[]>,
    accessories: { database: { address: "db.example.internal" } } as Record<string, unknown>,
    fleets: {
      web: { target: "instances", boxes: 2 } as Record<string, unknown>,
      orders: {
        target: "instances",
        boxes: 2,
        environment: { DATABASE_URL: "postgresql://orders:${secret:database}@db/orders", LEVEL: "info" },
      } as Record<string, unknown>,
    },
  },
};
export type Instances = typeof instances;

export const secretValue = "s3cret-value";

/** Checks a changed copy of the configuration. @throws ConfigurationError */
export function configured(change: (configuration: Instances) => void = () => undefined) {
  const copy = structuredClone(instances);
  change(copy);
  return validate(copy, { roles: [], exists: () => true, secrets: ["database"] });
}

/** A release with a machine image for each fleet. */
export function machineRelease(web = "a", orders = "b"): Release {
  const image = (digit: string) => ({
    diskDigest: digestOf(digit),
    inputDigest: digit,
    snapshots: {},
    amis: { "eu-central-1": `ami-${digit.repeat(17)}` },
  });
  return {
    ...release("dev", 1),
    machineImages: { "base.machine.site": image(web), "base.machine.orders": image(orders) },
  };
}

export interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  options: pulumi.CustomResourceOptions;
}

/** What a program of fleets runs from, besides what it is configured. */
export interface Running {
  plan: EnvironmentPlan;
  given: Around;
}

/** Runs instances, and hands over what is to be; the outputs that are known last. */
async function runsInstances({ plan, given }: Running) {
  const last: pulumi.Output<unknown>[] = [];
  let before: Around["before"] = {};
  for (const target of plan.targets) {
    if (target.target === "instances") {
      const { runInstances } = await import("../../../fleets/instances/run.ts");
      const running = runInstances(target, { ...given, before });
      last.push(...Object.values(running.fleets).map(({ boxes }) => boxes));
      before = running;
    }
    if (target.target === "handover") {
      const { runHandover } = await import("../../../fleets/handover/run.ts");
      runHandover(target, { ...given, before });
    }
  }
  return last;
}

/** What the program makes on mocks; `tags` are those that AWS says the AMIs have, `live` how many boxes run. */
export async function made(
  change?: (configuration: Instances) => void,
  {
    from = machineRelease(),
    tags,
    live = 0,
    run = runsInstances,
  }: {
    from?: Release;
    tags?: (ami: string) => string;
    live?: number;
    run?: (running: Running) => Promise<pulumi.Output<unknown>[]>;
  } = {},
): Promise<Made[]> {
  const seen: Made[] = [];
  const options = new Map<string, Made["options"]>();
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        if (!token.endsWith("getAmi"))
          return { ids: Array.from({ length: live }, (_, index) => `i-${index}`) };
        const [ami = ""] = (inputs as { filters: { values: string[] }[] }).filters[0]?.values ?? [];
        const digest = tags?.(ami) ?? digestOf(ami.slice(4, 5));
        const blockDeviceMappings = [{ ebs: { snapshot_id: ami.replace("ami", "snap") } }];
        return { id: ami, tags: { "immutable-fleets:disk-digest": digest }, blockDeviceMappings };
      },
      newResource: ({ type, name, inputs }) => {
        const known = inputs as Record<string, unknown>;
        seen.push({ type, name, inputs: known, options: options.get(`${type} ${name}`) ?? {} });
        const state = {
          arn: `arn:${name}`,
          dnsName: `${name}.elb`,
          latestVersion: 7,
          name,
          arnSuffix: `suffix-${name}`,
        };
        return { id: `${name}-id`, state: { ...state, ...(inputs as object) } };
      },
    },
    "project",
    "prod",
  );
  const set = pulumi.secret<Record<string, string>>({ database: secretValue }) as Secrets["set"];
  const secrets = { set, generated: {} };
  const plan = environmentPlan(configured(change));
  const note: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    options.set(`${type} ${name}`, opts);
    return undefined;
  };
  const given = around(plan, { secrets, release: from, options: { transformations: [note] } });
  const last = await run({ plan, given });
  await new Promise<void>((resolve) => {
    pulumi.all(last).apply(() => {
      resolve();
    });
    setTimeout(resolve, 3000).unref();
  });
  await pulumi.runtime.disconnect();
  return seen;
}

/** The inputs of all resources whose type ends so, by name, in alphabetical order. */
export function ofType(all: readonly Made[], type: string): Record<string, Record<string, unknown>> {
  const found = all
    .filter((each) => each.type.endsWith(type))
    .map(({ name, inputs }) => [name, inputs] as const);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

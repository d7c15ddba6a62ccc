import { GeneratedSecret } from "../config/GeneratedSecret.ts";
import { projectRoot } from "../config/root.ts";
import type { Release } from "../images/release/release.ts";
import type { BoxImage } from "../plan/BoxImage.ts";
import type { EnvironmentPlan } from "../plan/environment/EnvironmentPlan.ts";
import type { TargetPlan } from "../plan/environment/TargetPlan.ts";
import { runContainers } from "./containers/run.ts";
import { findHosts } from "./hosts/find.ts";
import { runHosts } from "./hosts/run.ts";
import type { Secrets } from "./target/filledIn.ts";
import type { Around, Running, Target } from "./target/Target.ts";
import { together } from "./target/together.ts";

type Targets = { [T in TargetPlan["target"]]: () => Promise<Target<Extract<TargetPlan, { target: T }>>> };

/** Who runs the fleets of a target. Those on AWS or a Swarm are loaded where they run: their resource types take their time. */
const targets: Targets = {
  containers: () => Promise.resolve(runContainers),
  swarm: async () => (await import("./swarm/run.ts")).runSwarm,
  hosts: () => Promise.resolve(runHosts),
  instances: async () => (await import("./instances/run.ts")).runInstances,
  handover: async () => (await import("./handover/run.ts")).runHandover,
  beanstalk: async () => (await import("./beanstalk/run.ts")).runBeanstalk,
};

/** What the fleets of an environment are run from, beside their plan. */
export interface FleetsArgs {
  /** Images by their place. */
  images: ReadonlyMap<string, BoxImage>;
  /** The secrets that the stack is given, by name. */
  secrets: Secrets["set"];
  /** The release that is taken, with the machine images of fleets of instances. */
  release?: Release | undefined;
}

/** Runs the fleets of an environment, one target after the other: each is given what those before it have. */
export async function runFleets(plan: EnvironmentPlan, args: FleetsArgs): Promise<Running> {
  const { images, requiresSigned } = plan;
  const secrets = allSecrets(plan, args.secrets);
  const hosts = await findHosts(plan.hosts, projectRoot);
  const { images: made, release } = args;
  const shared = { images, made, secrets, hosts, release, requiresSigned, options: {} };
  let running = together([]);
  for (const target of plan.targets)
    running = together([running, await runTarget(target, { ...shared, before: running })]);
  return running;
}

async function runTarget(plan: TargetPlan, around: Around): Promise<Running> {
  // The plan of one target goes with its own way of running it, which the compiler cannot see of a union.
  const run = (await targets[plan.target]()) as Target;
  return run(plan, around);
}

function allSecrets({ generatedSecrets }: EnvironmentPlan, set: Secrets["set"]): Secrets {
  const generated = generatedSecrets.map(
    ({ name, rotated }) => [name, new GeneratedSecret(name, rotated).value] as const,
  );
  return { set, generated: Object.fromEntries(generated) };
}

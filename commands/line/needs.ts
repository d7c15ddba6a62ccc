import type { Configuration } from "../../config/schema.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";

/** A step of the tool chain's setup (toolchain/steps). */
export type ToolStep =
  | "node_modules"
  | "engine"
  | "packages"
  | "rpm"
  | "docker_compose"
  | "machine"
  | "pulumi"
  | "plugins"
  | "packer"
  | "ansible"
  | "nfpm";

/**
 * What a command needs of the tool chain, beside Node and its packages: `nothing`; the engine's `state`, which the CLI tells; `boxes`, which
 * are looked at or changed by the engine and its plugins; the `plan`, which is of the configuration, so that its mistakes are told before
 * anything is installed; `images`, which are built from it. Default of commands: `images`.
 */
export type Needs = "nothing" | "state" | "boxes" | "plan" | "images";

const boxSteps = ["pulumi", "plugins", "engine"] as const;

const steps: Record<Needs, readonly ToolStep[]> = {
  nothing: [],
  state: ["pulumi"],
  boxes: boxSteps,
  plan: boxSteps,
  images: [...boxSteps, "packages", "packer", "ansible"],
};

/** All steps: of what is no command, such as the tests. */
export const allSteps: readonly ToolStep[] = [
  "node_modules",
  ...steps.images,
  "rpm",
  "docker_compose",
  "machine",
  "nfpm",
];

/** An environment, as far as it decides what a command needs. */
export interface LookedEnvironment {
  configuration: Pick<Configuration, "layers">;
  plan: Pick<EnvironmentPlan, "machineImages" | "hosts">;
}

/**
 * The steps that a command stands on.
 * @param also what it needs whatever is configured.
 * @param looked undefined where the environment could not be read, or there is none: then all that some need is among them.
 */
export function neededSteps(
  needs: Needs,
  also: readonly ToolStep[] = [],
  looked?: LookedEnvironment,
): ToolStep[] {
  return [
    ...new Set<ToolStep>(["node_modules", ...steps[needs], ...configuredSteps(needs, looked), ...also]),
  ];
}

function configuredSteps(needs: Needs, looked: LookedEnvironment | undefined): ToolStep[] {
  if (needs === "nothing" || needs === "state") return [];
  // The program asks Ansible who is in an inventory.
  const hosts: ToolStep[] = looked && Object.keys(looked.plan.hosts).length === 0 ? [] : ["ansible"];
  return needs === "images" ? [...hosts, ...imageSteps(looked)] : hosts;
}

function imageSteps(looked: LookedEnvironment | undefined): ToolStep[] {
  if (!looked) return ["nfpm", "rpm", "machine"];
  const layers = Object.values(looked.configuration.layers);
  const makes = layers.some(({ packages }) =>
    Object.values(packages ?? {}).some(({ source }) => source !== undefined),
  );
  return [
    ...(makes ? (["nfpm"] as const) : []),
    ...(layers.some(({ from }) => from?.dnf !== undefined) ? (["rpm"] as const) : []),
    ...((looked.plan.machineImages?.local ?? []).length > 0 ? (["machine"] as const) : []),
  ];
}

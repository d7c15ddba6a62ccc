import type * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { chainId } from "../../plan/chain.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import { taskId } from "../../plan/environment/tasks.ts";
import { taskDigest } from "./TaskStep.ts";

/** The tasks before the swaps of an environment that cannot be undone (`orders.migrate`), and the digests of what they run. */
export function irreversibleTasks(
  { targets }: Pick<EnvironmentPlan, "targets">,
  images: ReadonlyMap<string, Pick<BoxImage, "image">>,
): Record<string, pulumi.Output<string>> {
  const fleets = targets.flatMap((target) => (target.target === "containers" ? target.fleets : []));
  return Object.fromEntries(
    fleets.flatMap(({ chain, tasks = [] }) => {
      const image = images.get(chainId(chain))?.image;
      return tasks
        .filter(({ irreversible }) => irreversible)
        .flatMap((task) => (image ? [[taskId(task), taskDigest(task, image)] as const] : []));
    }),
  );
}

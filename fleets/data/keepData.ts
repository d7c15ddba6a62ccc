import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../../config/problem.ts";
import { lostData } from "../../plan/data/lostData.ts";
import type { DataConfiguration } from "../../plan/data/loss.ts";
import { stackState } from "./stackState.ts";
import { messageOf } from "../../work/message.ts";

/**
 * Refuses a configuration that would take protected data away from those who use it. Pulumi itself meets the protection last,
 * when new boxes have been swapped onto an empty volume and the old ones are gone.
 * @throws ConfigurationError with every such problem; RunError when the state cannot be read.
 */
export async function keepData(configuration: DataConfiguration): Promise<void> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const state = await stackState(stack).catch((error: unknown) => {
    throw new pulumi.RunError(messageOf(error));
  });
  const problems = lostData(state, configuration);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

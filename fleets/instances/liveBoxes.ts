import { getInstancesOutput } from "@pulumi/aws/ec2/getInstances.js";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../box/stackLabel.ts";

/** How many boxes of a fleet run now: a new group begins as large as the one that it replaces. */
export function liveBoxes(fleet: string, provider: pulumi.ProviderResource): pulumi.Output<number> {
  const running = getInstancesOutput(
    {
      instanceStateNames: ["running"],
      instanceTags: {
        "immutable-fleets:stack": stackLabel(),
        "immutable-fleets:fleet": fleet,
      },
    },
    { provider },
  );
  return running.ids.apply((ids) => ids.length);
}

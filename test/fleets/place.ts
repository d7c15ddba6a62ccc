import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** This machine's engine, as components see it. */
export function place(options: pulumi.ComponentResourceOptions) {
  return {
    ...{ prefix: "", network: new docker.Network("boxes", {}, options), options: {}, after: [] },
    systemdNeeds: () => ({ controlGroups: "named", isFiltered: true }) as const,
  };
}

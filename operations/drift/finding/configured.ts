import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { volatilePath } from "../../../plan/volatile.ts";

const environmentSchema = z.object({
  maximumBoxAgeDays: z.number().positive().optional(),
  hosts: z.record(z.string(), z.array(z.string())).default({}),
  edge: z.object({ tls: z.object({ acme: z.unknown() }).optional() }).optional(),
});
const fleetsSchema = z.record(z.string(), z.object({ applications: z.array(z.string()) }));
const applicationsSchema = z.record(z.string(), z.object({ volatile: z.array(z.string()).default([]) }));

/** What a look for drift reads of a stack's configuration. */
export interface Configured {
  /** Boxes older than this count as drift. */
  maximumDays: number | undefined;
  /** Host names of all applications; none where an authority's certificates are renewed by themselves, as `status` tells. */
  hosts: string[];
  /** Paths that boxes of a fleet may write. */
  volatile: (fleet: string) => string[];
}

/** Reads what the configuration of a stack says about drift, its project's part included. */
export async function readConfigured(stack: Stack): Promise<Configured> {
  const all = await stack.getAllConfig();
  const read = <T>(schema: z.ZodType<T>, key: string): T =>
    schema.parse(JSON.parse(all[`immutable-fleets:${key}`]?.value ?? "{}"));
  const [fleets, applications] = [read(fleetsSchema, "fleets"), read(applicationsSchema, "applications")];
  const environment = read(environmentSchema, "environment");
  return {
    maximumDays: environment.maximumBoxAgeDays,
    hosts: environment.edge?.tls?.acme === undefined ? Object.values(environment.hosts).flat() : [],
    volatile: (fleet) =>
      (fleets[fleet]?.applications ?? []).flatMap((name) =>
        (applications[name]?.volatile ?? []).map((each) => volatilePath(each).path),
      ),
  };
}

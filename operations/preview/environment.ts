import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { environmentSchema, type Environment } from "../../config/schema.ts";

/** The environment's section of a stack's configuration; undefined where it has none. */
export async function environmentInStack(stack: Stack): Promise<Environment | undefined> {
  const all = await stack.getAllConfig();
  const text = Object.entries(all).find(([key]) => key.endsWith(":environment"))?.[1].value;
  const parsed = environmentSchema.safeParse(text === undefined ? undefined : JSON.parse(text));
  return parsed.data;
}

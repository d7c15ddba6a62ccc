import type { Stack } from "@pulumi/pulumi/automation/index.js";

/**
 * The number that an update has, or will have, in its stack's history, asked while it goes on: some backends list it at once, others when
 * it has ended. 0 where nobody tells.
 * @param began when it did, by this machine's clock; histories tell seconds.
 */
export async function updateNumber(stack: Pick<Stack, "history">, began: Date): Promise<number> {
  try {
    const [last] = await stack.history(1);
    if (!last) return 1;
    const isThis = last.startTime.getTime() >= Math.floor(began.getTime() / 1000) * 1000;
    return isThis ? last.version : last.version + 1;
  } catch {
    return 0;
  }
}

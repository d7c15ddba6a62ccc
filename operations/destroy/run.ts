import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { exportState } from "../../fleets/data/stackState.ts";
import { output } from "../stack/output.ts";
import { protect, protectionCommand, unprotect } from "../state/protection.ts";
import type { DestroyPlan } from "./plan.ts";
import { messageOf } from "../../work/message.ts";

/**
 * Removes what a stack runs, and with `withData` its data too: last, and only then unprotected, so that whatever fails or is
 * interrupted before leaves it protected. What remains of it after a failure is protected again; after a kill, the next destroy
 * does that, by what the configuration says.
 */
export async function destroy(stack: Stack, plan: DestroyPlan, withData: boolean): Promise<void> {
  const { protectAgain, protectedUrns } = plan;
  await protect(stack.name, protectAgain);
  for (const urn of protectAgain)
    process.stderr.write(`${nameOf(urn)} is protected again, which a destroy that was killed had lifted\n`);
  await stack.destroy({ ...output, excludeProtected: true });
  if (withData && protectedUrns.length > 0) await destroyProtected(stack, protectedUrns);
}

async function destroyProtected(stack: Stack, urns: readonly string[]): Promise<void> {
  if (output.signal.aborted) throw new Error(`Interrupted before the data of ${stack.name}, which stays.`);
  try {
    await unprotect(stack.name, urns);
    await stack.destroy(output);
  } catch (error) {
    await protectRest(stack, urns);
    throw error;
  }
}

/** What is still there is protected as it was. */
async function protectRest(stack: Stack, urns: readonly string[]): Promise<void> {
  try {
    const { deployment } = await exportState(stack.name);
    const left = new Set((deployment?.resources ?? []).map(({ urn }) => urn));
    const rest = urns.filter((urn) => left.has(urn));
    await protect(stack.name, rest);
    process.stderr.write(`Protected again: ${rest.map(nameOf).join(", ") || "nothing, all of it is gone"}\n`);
  } catch (error) {
    const reason = messageOf(error);
    const command = ["pulumi", ...protectionCommand("protect", stack.name, urns)].join(" ");
    process.stderr.write(
      `${stack.name}: expected its data to be protected again, got: ${reason}; run ${command}, or npm run destroy, which does it first\n`,
    );
  }
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

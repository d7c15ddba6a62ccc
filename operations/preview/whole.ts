import { hostChecks } from "../../fleets/hosts/check.ts";
import { agedBasesIn } from "../age/bases.ts";
import { frozenBySomebody, frozenByWindow } from "../freeze/frozen.ts";
import { withPreviewed } from "../stack/previewed.ts";
import { policyPack } from "../stack/stack.ts";
import { environmentInStack } from "./environment.ts";
import { withFound } from "./found.ts";
import { unasked } from "./hosts.ts";
import { reportOf, type PreviewReport } from "./report.ts";
import { previewOf } from "./run.ts";

/** What is asked beside what an update would do. */
export interface PreviewQuestions {
  /** Whether the policies allow it. */
  policy?: boolean;
  /** What the roles of every mutable host would change there. */
  checkHosts?: boolean;
}

/** What an update of a stack would do, and the engine's own words for it. A process can look once: the program runs once in each. */
export async function wholePreview(
  name: string,
  { policy = false, checkHosts = false }: PreviewQuestions = {},
): Promise<{ report: PreviewReport; diff: string }> {
  hostChecks.wanted = checkHosts;
  return withPreviewed(name, async (stack) => {
    const { steps, diff, notes } = await previewOf(stack, policy ? { policyPacks: [policyPack] } : {});
    const planned = reportOf(name, steps, await environmentInStack(stack));
    const plan = { ...planned, layers: await withFound(planned.layers, steps) };
    const told = (await Promise.all(hostChecks.pending)).flat();
    const checks = checkHosts ? [...told, ...unasked(plan.hosts, told)] : [];
    const aged = agedBasesIn(steps, new Date());
    const frozen = frozenBySomebody(name) ?? (plan.changes ? frozenByWindow(name) : undefined);
    const report = {
      ...{ ...plan, ...(checkHosts && { checks }), ...(notes.length > 0 && { notes }) },
      ...(aged.length > 0 && { agedBases: aged }),
      ...(frozen && { frozen }),
    };
    return { report, diff };
  });
}

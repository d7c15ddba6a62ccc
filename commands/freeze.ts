import { beginFreeze, endFreeze } from "../operations/freeze/change.ts";
import { describeFrozen, frozenBySomebody } from "../operations/freeze/frozen.ts";
import { findStack } from "../operations/stack/stack.ts";
import { hasStackFile, noStack } from "../operations/stack/stackFiles.ts";
import { parseTime } from "../operations/text/time.ts";
import { command } from "./line/command.ts";
import { flag, mapped, optional, UsageProblem } from "./line/option.ts";
import { why } from "./line/why.ts";

const until = mapped(
  optional("TIME", "when it ends by itself, such as 2026-12-01T08:00 (UTC), or with +01:00 behind it"),
  (given) => {
    const time = given === undefined ? undefined : parseTime(given);
    if (given !== undefined && !time)
      throw new UsageProblem("a time", given, "write it like 2026-12-01T08:00, or with +01:00 behind it");
    return time;
  },
);

export default command({
  name: "freeze",
  about: [
    "Freezes an environment, on all machines: up, promote, rollback, restart, repairs of drift and destroy are refused there, by whom and why.",
    "--end ends it. Without --reason and --end, it says whether the environment is frozen. What has begun goes on.",
  ].join("\n"),
  summary: "holds an environment as it is, for everybody, with a reason; `--end` lets changes in again",
  options: {
    reason: why("TEXT", "why, for everybody whom it stops; freezes the environment"),
    until,
    end: flag("end the freeze"),
  },
  needs: "state",
  run: async ({ stack, reason, until: time, end }) => {
    if (!hasStackFile(stack) && !(await findStack(stack))) throw noStack(stack);
    if (time && (end || reason === undefined))
      throw new Error("--until: expected it beside --reason, got it without; say why");
    if (end) process.stdout.write(await endFreeze(stack, reason));
    else if (reason !== undefined) process.stdout.write(await beginFreeze(stack, reason, time));
    else {
      const frozen = frozenBySomebody(stack);
      process.stdout.write(`${frozen ? describeFrozen(stack, frozen) : `${stack} is not frozen.`}\n`);
    }
  },
});

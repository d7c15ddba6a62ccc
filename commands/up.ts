import { startAhead } from "../operations/stack/ahead.ts";
import { command } from "./line/command.ts";
import { despiteFreeze } from "./line/despiteFreeze.ts";
import { flag, optional } from "./line/option.ts";
import { pastTasks } from "./line/pastTasks.ts";
import { reason } from "./line/reason.ts";
import { verbose } from "./line/verbose.ts";

export default command({
  name: "up",
  about: "Builds the images that changed and swaps the fleets that run them.",
  summary: "builds what changed, swaps the fleets that run it",
  options: {
    "images-again": flag("look for every image anew, and build those that the engine has lost"),
    policy: flag("check the policies of policy/ first; what they refuse is not changed"),
    "hosts-again": flag("configure every mutable host, whether or not anything changed"),
    "past-tasks": pastTasks,
    "in-order": flag("change nothing where a later commit was brought there already: for jobs that wait"),
    "release-file": optional(
      "FILE",
      "write the name of the release there; an empty one where nothing was changed for --in-order",
    ),
    "despite-freeze": despiteFreeze,
    reason,
    verbose,
  },
  run: async ({ stack, policy, reason: why, "images-again": again, "hosts-again": hostsAgain, ...rest }) => {
    const { bringUp } = await startAhead(stack, () => import("../operations/release/up.ts"));
    await bringUp({
      ...{ stack, again, hostsAgain, policy, reason: why, verbose: rest.verbose },
      ...{ inOrder: rest["in-order"], pastTasks: rest["past-tasks"] },
      ...{ releaseFile: rest["release-file"], despite: rest["despite-freeze"] },
    });
  },
});

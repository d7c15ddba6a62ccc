import { refuseSelectedPastTasks } from "../operations/release/pastTasks.ts";
import { deploy } from "../operations/swap/deploy.ts";
import { command } from "./line/command.ts";
import { flag } from "./line/option.ts";
import { pastTasks } from "./line/pastTasks.ts";

export default command({
  name: "up",
  about: "Builds the images that changed and swaps the fleets that run them.",
  summary: "builds what changed, swaps the fleets that run it",
  options: {
    "images-again": flag("look for every image anew, and build those that the engine has lost"),
    policy: flag("check the policies of policy/ first; what they refuse is not changed"),
    "hosts-again": flag("configure every mutable host, whether or not anything changed"),
    "past-tasks": pastTasks,
  },
  run: async ({ stack, policy, "images-again": again, "hosts-again": hostsAgain, "past-tasks": past }) => {
    if (!past) await refuseSelectedPastTasks(stack);
    await deploy(stack, { again, hostsAgain, policy });
  },
});

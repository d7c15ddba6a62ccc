import { deploy } from "../operations/swap/deploy.ts";
import { command } from "./line/command.ts";
import { flag } from "./line/option.ts";

export default command({
  name: "up",
  about: "Builds the images that changed and swaps the fleets that run them.",
  summary: "builds what changed, swaps the fleets that run it",
  options: {
    "images-again": flag("look for every image anew, and build those that the engine has lost"),
    policy: flag("check the policies of policy/ first; what they refuse is not changed"),
    "hosts-again": flag("configure every mutable host, whether or not anything changed"),
  },
  run: ({ stack, policy, "images-again": again, "hosts-again": hostsAgain }) =>
    deploy(stack, { again, hostsAgain, policy }),
});

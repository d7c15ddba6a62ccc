import { deploy } from "../operations/swap/deploy.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { values } = readOptions(
  {
    usage: "npm run up -- [options]",
    about: "Builds the images that changed and swaps the fleets that run them.",
    options: {
      "--images-again": "look for every image anew, and build those that the engine has lost",
      "--policy": "check the policies of policy/ first; what they refuse is not changed",
      "--hosts-again": "configure every mutable host, whether or not anything changed",
    },
  },
  {
    "images-again": { type: "boolean", default: false },
    policy: { type: "boolean", default: false },
    "hosts-again": { type: "boolean", default: false },
  },
);

await runCommand(() =>
  deploy(values.stack, {
    again: values["images-again"],
    hostsAgain: values["hosts-again"],
    policy: values.policy,
  }),
);

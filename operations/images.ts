import { readOptions } from "./options.ts";
import { output, runCommand } from "./run.ts";
import { openStack } from "./stack.ts";

/** Every command resource that builds a layer, whatever its name. */
const layers = "**fleet:index:ImageLayer$command:local:Command::**";
/** What such a resource stands in: components, and the plugins' providers. */
const around = ["**fleet:index:ImageLayer::**", "**pulumi:providers:**"];

const { values } = readOptions(
  {
    usage: "npm run images -- [options]",
    about: "Builds the images that changed (and pushes them where a registry is configured); swaps nothing.",
  },
  {},
);

await runCommand(async () => {
  const stack = await openStack(values.stack);
  await stack.up({ ...output, target: [layers, ...around] });
});

import { buildLayers } from "./images/buildLayers.ts";
import { buildRequests } from "./images/requests.ts";
import { readOptions } from "./options.ts";
import { previewOf } from "./preview/run.ts";
import { runCommand } from "./run.ts";
import { openStack } from "./stack.ts";

const { values } = readOptions(
  {
    usage: "npm run images -- [options]",
    about:
      "Builds the images that changed (and pushes them where a registry is configured), so that the next up finds them.\nSwaps nothing, and leaves the state as it is.",
  },
  {},
);

await runCommand(async () => {
  const requests = buildRequests((await previewOf(await openStack(values.stack))).steps);
  const images = await buildLayers(requests);
  process.stdout.write(`${values.stack}: ${images.size} images are there\n`);
});

import { buildLayers } from "../operations/images/buildLayers.ts";
import { buildRequests } from "../operations/images/requests.ts";
import { readOptions } from "./line/options.ts";
import { previewOf } from "../operations/preview/run.ts";
import { runCommand } from "./line/run.ts";
import { openStack } from "../operations/stack/stack.ts";

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

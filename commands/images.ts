import { buildLayers } from "../operations/images/buildLayers.ts";
import { buildRequests } from "../operations/images/requests.ts";
import { previewOf } from "../operations/preview/run.ts";
import { withPreviewed } from "../operations/stack/previewed.ts";
import { command } from "./line/command.ts";

export default command({
  name: "images",
  about:
    "Builds the images that changed (and pushes them where a registry is configured), so that the next up finds them.\nSwaps nothing, and leaves the state as it is.",
  summary: "builds the images that changed, and swaps nothing",
  options: {},
  run: async ({ stack }) => {
    const { steps } = await withPreviewed(stack, (found) => previewOf(found));
    const requests = buildRequests(steps);
    const images = await buildLayers(requests);
    process.stdout.write(`${stack}: ${images.size} images are there\n`);
  },
});

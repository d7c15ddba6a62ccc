import { applyLayer } from "../../images/disk/applyLayer.ts";
import { changedBlocks } from "../../images/disk/raw/changedBlocks.ts";
import { command } from "../line/command.ts";
import { required } from "../line/option.ts";
import { diskFacts, facts, outputOption, print, proved } from "./facts.ts";

export default command({
  name: "apply",
  about: "Makes the raw disk of an image from its parent's and one layer.",
  summary: "makes the raw disk of an image from its parent's and one layer",
  options: {
    parent: required("FILE", "raw disk of the parent"),
    layer: required("TAR", "uncompressed layer"),
    output: outputOption,
    ...facts,
  },
  onStack: false,
  run: async (values) => {
    const startedAt = new Date();
    const { parent: parentDisk, layer: layerTar, output: target } = values;
    await applyLayer({ ...diskFacts(values), parentDisk, layerTar, output: target });
    const changed = await changedBlocks(parentDisk, target);
    print({ ...(await proved(target, values, startedAt)), changedBlocks: changed.length });
  },
});

import { projectRoot } from "../config/root.ts";
import { pin } from "../operations/pin/pin.ts";
import { command } from "./line/command.ts";

export default command({
  name: "pin",
  about: [
    "Writes the digest of an existing image where Pulumi.yaml names it: what its tag means in the registry now. Everything else in the",
    "file stays as it is. Runs nothing; the next preview says what swaps.",
  ].join("\n"),
  summary: "writes the digest of an existing image, `NAME [IMAGE:TAG]`, into Pulumi.yaml",
  words: {
    form: "NAME [IMAGE]",
    least: 1,
    most: 2,
    expected: "an application or accessory, and its image",
    fix: "name them",
  },
  options: {},
  onStack: false,
  needs: "nothing",
  also: ["engine"],
  run: async (_values, [name = "", given]) => {
    const { path, image, before } = await pin(projectRoot, name, given);
    const change = before === image ? "stands there already" : `is written; was ${before ?? "nothing"}`;
    process.stdout.write(`${path}.image: ${image} ${change}\n`);
  },
});

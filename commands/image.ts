import { parseSize } from "../config/sizes.ts";
import { makeImage } from "../operations/image/make.ts";
import { imageFormats, type ImageFormat } from "../operations/image/request.ts";
import { command, oneWord } from "./line/command.ts";
import { interruptible } from "./line/interruptible.ts";
import { choice, flag, mapped, optional, UsageProblem } from "./line/option.ts";

export default command({
  name: "image",
  about: [
    "Builds the machine image of a fleet on this machine, and makes a file or an AMI of it. Needs no stack, and no AWS but for an AMI.",
    "",
    "Exit codes: 0 made · 1 failed · 3 the boot test failed, nothing was made · 64 wrong options · 75 AWS or the line is in",
    "trouble, run it again · 77 credentials are missing or expired · 130 interrupted",
  ].join("\n"),
  summary: "makes the machine image of a fleet, as a file or an AMI",
  words: oneWord("FLEET", "one fleet", "name one"),
  options: {
    format: choice("FORMAT", ["qcow2", ...imageFormats.filter((each) => each !== "qcow2")], "what to make"),
    "boot-test": flag("boot it in a virtual machine first; one that fails is not made"),
    output: optional("FILE", "the file (default: FLEET.FORMAT)", "o"),
    size: mapped(
      optional("SIZE", 'size of the disk (default: environment.machineImages.sizeMiB, else "2 GiB")'),
      sizeMiBOf,
    ),
    region: optional("NAME", "for an AMI (default: environment.machineImages.region, else $AWS_REGION)"),
  },
  ownSignals: true,
  also: ["machine"],
  run: ({ stack, format, output, size: sizeMiB, region, "boot-test": bootTest }, [fleet = ""]) =>
    interruptible(fleet, (making) => {
      const file = fileOf(fleet, format, output);
      return makeImage({ stack, fleet, format, bootTest, output: file, sizeMiB, region }, making);
    }),
});

function fileOf(fleet: string, format: ImageFormat, output: string | undefined): string {
  if (format === "ami" && output !== undefined)
    throw new Error(
      `--output: expected none with --format ami, which makes no file, got ${output}; leave it out`,
    );
  return output ?? `${fleet}.${format}`;
}

function sizeMiBOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseSize(text);
  if (bytes === undefined || bytes % 2 ** 20 !== 0)
    throw new UsageProblem("a size such as 2 GiB", text, "correct it");
  return bytes / 2 ** 20;
}

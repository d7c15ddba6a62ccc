import { parseSize } from "../../config/sizes.ts";
import { imageFormats, type ImageCommand } from "../../operations/image/request.ts";
import { chosen, refuse } from "./choice.ts";
import { readOptions } from "./options.ts";

const help = {
  usage: "npm run image -- FLEET --format ami|raw|qcow2|vmdk|ova [options]",
  about: [
    "Builds the machine image of a fleet on this machine, and makes a file or an AMI of it. Needs no stack, and no AWS but for an AMI.",
    "",
    "Exit codes: 0 made · 1 failed · 3 the boot test failed, nothing was made · 64 wrong options · 75 AWS or the line is in",
    "trouble, run it again · 77 credentials are missing or expired · 130 interrupted",
  ].join("\n"),
  options: {
    "--format FORMAT": "what to make (default: qcow2)",
    "--boot-test": "boot it in a virtual machine first; one that fails is not made",
    "--output FILE, -o": "the file (default: FLEET.FORMAT)",
    '--size "2 GiB"': "size of the disk (default: environment.machineImages.sizeMiB, else 2 GiB)",
    "--region NAME": "for an AMI (default: environment.machineImages.region, else $AWS_REGION)",
  },
};

/** The command line; prints the help or what is wrong, and exits. */
export function readCommand(): ImageCommand {
  const { values, positionals } = readOptions(
    help,
    {
      format: { type: "string", default: "qcow2" },
      "boot-test": { type: "boolean", default: false },
      output: { type: "string", short: "o" },
      size: { type: "string" },
      region: { type: "string" },
    },
    true,
  );
  const [fleet, ...more] = positionals;
  if (fleet === undefined || more.length > 0)
    refuse("FLEET", "one fleet", positionals.join(" ") || "none", "name one");
  const format = chosen("--format", values.format, imageFormats);
  if (format === "ami" && values.output !== undefined)
    refuse("--output", "none with --format ami, which makes no file", values.output, "leave it out");
  return {
    ...{ stack: values.stack, fleet, format, bootTest: values["boot-test"] },
    output: values.output ?? `${fleet}.${format}`,
    sizeMiB: values.size === undefined ? undefined : sizeOf(values.size),
    region: values.region,
  };
}

function sizeOf(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined || bytes % 2 ** 20 !== 0)
    refuse("--size", "a size such as 2 GiB", text, "correct it");
  return bytes / 2 ** 20;
}

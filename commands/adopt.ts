import { existsSync, statSync } from "node:fs";
import * as path from "node:path";
import { proposalText, propose } from "../operations/adopt/propose.ts";
import { readEstate } from "../operations/adopt/read.ts";
import { adoptedSystem } from "../operations/adopt/readSystem.ts";
import {
  hasLeft,
  proposedStack,
  proposedTopology,
  servicesText,
} from "../operations/adopt/services/proposalText.ts";
import { writeNew } from "../work/newFiles.ts";
import { command, oneWord } from "./line/command.ts";
import { optional, several } from "./line/option.ts";

const leftExitCode = 2;

export default command({
  name: "adopt",
  about: [
    "Reads an Ansible repository (or one role), a Compose file or Kamal's deploy.yml, and proposes configuration for it, with a line for",
    "whatever cannot be carried over, and a way out. It changes nothing: the proposal is printed, or written into a folder.",
    "Exit code of a Compose file or deploy.yml: 0 all is carried over, 2 something is not, 1 it could not be read.",
  ].join("\n"),
  summary: "proposes configuration for an Ansible repository, a Compose file or Kamal's deploy.yml",
  words: oneWord(
    "PATH",
    "the folder of an Ansible repository, a Compose file or Kamal's deploy.yml",
    "name one that is there",
  ),
  options: {
    output: optional(
      "FOLDER",
      "writes Pulumi.yaml and Pulumi.STACK.yaml there, of a Compose file or deploy.yml; refuses where one is there",
      "o",
    ),
    profile: several("NAME", "services of this profile of a Compose file too (*: of all)"),
  },
  needs: "nothing",
  run: async ({ stack, output, profile }, [place = ""]) => {
    if (!existsSync(place))
      throw new Error(
        `PATH: expected the folder of an Ansible repository, a Compose file or deploy.yml, got ${place}; name one that is there`,
      );
    if (statSync(place).isDirectory()) {
      if (output !== undefined)
        throw new Error("--output: expected a Compose file or deploy.yml, got a folder; leave it out");
      process.stdout.write(proposalText(propose(readEstate(place))));
    } else await adoptFile(place, { stack, output, profile });
  },
});

interface FileWish {
  stack: string;
  output: string | undefined;
  profile: readonly string[];
}

async function adoptFile(file: string, { stack, output, profile }: FileWish): Promise<void> {
  const proposal = await adoptedSystem(file, profile);
  const files = {
    "Pulumi.yaml": proposedTopology(proposal),
    [`Pulumi.${stack}.yaml`]: proposedStack(proposal),
  };
  const written = output === undefined ? undefined : writeNew(output, files, isThere);
  const shown = written
    ? ["Written", ...written.map((each) => `  ${each}`), ""]
    : Object.entries(files).flatMap(([name, text]) => [`${name}:`, "", ...indented(text), ""]);
  process.stdout.write([servicesText(proposal, stack), ...shown].join("\n"));
  if (hasLeft(proposal)) process.exitCode = leftExitCode;
}

function isThere(file: string): string {
  return `--output: expected no ${path.basename(file)} in it, got ${file}; name another folder`;
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`);
}

import { ConfigurationError, suggest } from "../config/problem.ts";
import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { compareFleet } from "../operations/parity/compareFleet.ts";
import { formatParity, parityExitCode } from "../operations/parity/report.ts";
import { command, oneWord } from "./line/command.ts";
import { choice, flag } from "./line/option.ts";

export default command({
  name: "parity",
  about:
    "Compares the mutable hosts and the machine image of a fleet with the container image that the same roles make:\npackages and versions, files and their digests, users, services, ports. Changes nothing.\nExit code: 0 equal but for declared exceptions, 2 different, 1 could not tell.",
  summary: "compares hosts and machine image with the container image of the same roles",
  words: oneWord("FLEET", "the name of one fleet", "give one"),
  options: {
    format: choice("FORMAT", ["text", "json"], "how it is shown"),
    "without-machine": flag("leave the machine image out, which takes longest to build"),
  },
  run: async ({ stack, format, "without-machine": withoutMachine }, [fleet = ""]) => {
    const configuration = readConfigurationFiles(projectRoot, stack);
    const known = Object.keys(configuration.fleets);
    if (!known.includes(fleet)) {
      const fix = suggest(fleet, known);
      throw new ConfigurationError([{ path: "FLEET", expected: "a fleet of Pulumi.yaml", got: fleet, fix }]);
    }
    const report = await compareFleet(fleet, configuration, projectRoot, !withoutMachine);
    process.stdout.write(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : formatParity(report));
    process.exitCode = parityExitCode(report);
  },
});

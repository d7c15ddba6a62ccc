import { projectRoot } from "../config/root.ts";
import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { ConfigurationError, suggest } from "../config/problem.ts";
import { chosen, refuse } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { compareFleet } from "../operations/parity/compareFleet.ts";
import { formatParity, parityExitCode } from "../operations/parity/report.ts";
import { runCommand } from "./line/run.ts";

const { values, positionals } = readOptions(
  {
    usage: "npm run parity -- FLEET [options]",
    about:
      "Compares the mutable hosts and the machine image of a fleet with the container image that the same roles make:\npackages and versions, files and their digests, users, services, ports. Changes nothing.\nExit code: 0 equal but for declared exceptions, 2 different, 1 could not tell.",
    options: {
      "--format FORMAT": "text (default) or json",
      "--without-machine": "leave the machine image out, which takes longest to build",
    },
  },
  { format: { type: "string", default: "text" }, "without-machine": { type: "boolean", default: false } },
  true,
);
const format = chosen("--format", values.format, ["text", "json"]);
const [fleet, another] = positionals;
if (fleet === undefined || another !== undefined)
  refuse("FLEET", "the name of one fleet", positionals.join(" ") || "nothing", "give one");

await runCommand(async () => {
  const configuration = readConfigurationFiles(projectRoot, values.stack);
  const known = Object.keys(configuration.fleets);
  if (!known.includes(fleet)) {
    const fix = suggest(fleet, known);
    throw new ConfigurationError([{ path: "FLEET", expected: "a fleet of Pulumi.yaml", got: fleet, fix }]);
  }
  const report = await compareFleet(fleet, configuration, projectRoot, !values["without-machine"]);
  process.stdout.write(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : formatParity(report));
  process.exitCode = parityExitCode(report);
});

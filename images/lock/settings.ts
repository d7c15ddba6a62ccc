/** Where the box that is built has what holds its apt to the lock: in memory, so that nothing of it is in the image. */
const lockAt = "/run/fleet-lock";

/** The file of apt's settings by which it holds to the lock, in the box. */
export const lockSettingsFile = `${lockAt}/apt.conf`;

/** The file of pip's constraints, in the box. */
const constraintsFile = `${lockAt}/constraints.txt`;

/** What each Node in the box loads first. */
const npmHold = `${lockAt}/hold_npm.cjs`;

/** Its text: pins, beside those of the image's own folder of preferences, and a look at each file before it is unpacked. */
export const lockSettings = [
  `Dir::Etc::preferences "${lockAt}/pins";`,
  `DPkg::Pre-Install-Pkgs { "/bin/sh ${lockAt}/check.sh"; };`,
  "",
].join("\n");

/** Where Python finds modules in a build container; first what holds dnf. */
const pythonLine = '    "--env", "PYTHONPATH=/run/fleet-build/python",\n';

const environmentLine = '    "--env", "container=docker",\n';

/** Where the template looks into a box whose build failed. Packer takes one such block alone. */
const failedLine = '    inline           = ["docker exec';

/**
 * Packer's template of all layers, with a build container whose apt, dnf, pip and npm have these settings, whoever starts them, and which is asked before
 * it goes where the build failed.
 */
export function holdingTemplate(template: string): string {
  for (const line of [environmentLine, pythonLine, failedLine])
    if (template.split(line).length !== 2)
      throw new Error(`layer.pkr.hcl: expected the line ${line.trim()} once, got it otherwise; change both`);
  const set = {
    APT_CONFIG: lockSettingsFile,
    PIP_CONSTRAINT: constraintsFile,
    NODE_OPTIONS: `--require=${npmHold}`,
  };
  const added = Object.entries(set).map(([name, file]) => `    "--env", "${name}=${file}",\n`);
  const asked = failedLine.replace("[", () => String.raw`["sh \"$HERE/failed.sh\"", `);
  return template
    .replace(environmentLine, () => `${environmentLine}${added.join("")}`)
    .replace(pythonLine, () => pythonLine.replace("=", () => `=${lockAt}/python:`))
    .replace(failedLine, () => asked);
}

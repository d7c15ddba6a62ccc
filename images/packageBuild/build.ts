import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { localEngine } from "../../engine/DockerClient.ts";
import { pullExisting } from "../existing/pull.ts";
import type { LocalBuild, LocalPackage } from "../../plan/packages.ts";
import type { PlacedInputs } from "../../plan/LayerInputs.ts";
import { BuildLog } from "../../work/log.ts";
import { messageOf } from "../../work/message.ts";
import { runLogged } from "../../work/run.ts";
import { openContainer, type BuildContainer } from "./container.ts";
import { settle, takeOutput } from "./outputs.ts";
import { builderUser, cachePlace, homePlace } from "./places.ts";
import { registrySettings } from "./registrySettings.ts";
import { buildVariables } from "./variables.ts";

/** Finds or builds the image of the uppermost of some layers, base first. @returns its id. */
export type BuilderImage = (layers: readonly PlacedInputs[]) => Promise<string>;

/** Where a package is built, on this machine. */
export interface BuildPlace {
  /** A folder of its own, in which the source lies as in the container: `/build` of that is `tree/build`. */
  tree: string;
  /** For what is needed meanwhile. */
  work: string;
  epochSeconds: number;
}

/** A package that is built before it is packed. */
export type BuiltLocally = LocalPackage & { build: LocalBuild };

/**
 * Runs the commands of a package's build in a container, and puts what they made among its files.
 * @throws Error that names the command which failed, with the last lines of the log.
 */
export async function buildSource(
  local: BuiltLocally,
  { tree, work, epochSeconds }: BuildPlace,
  builderImage: BuilderImage,
): Promise<void> {
  const { name, build, contentDigest } = local;
  const log = new BuildLog(`package-${name}`, contentDigest);
  const { folder, output } = build;
  const settings = registrySettings();
  const passed = passedVariables(local);
  const image = await imageOf(local, builderImage, log);
  const container = await openContainer({
    ...{ name, digest: contentDigest, image, folder },
    variables: buildVariables(build.environment, epochSeconds),
    hidden: { ...settings.variables, ...passed },
    archive: await archiveOf(tree, folder, settings.files, work),
  });
  const hides = [...settings.secrets, ...Object.values(passed)].filter((value) => value !== "");
  try {
    await runCommands(local, container, hides, log);
    const staged = path.join(tree, folder);
    for (const [index, each] of output.entries()) {
      if (!(await takeOutput(container.id, each, { folder, staged }, work)))
        throw new Error(
          `packages.${name}.build.output[${index}]: expected ${each} to be made, got none; name what the commands make, or have them make it\n${log.tail()}`,
        );
      settle(path.join(staged, each), epochSeconds);
    }
    log.step(`built ${output.join(", ")}`);
  } finally {
    await container.close();
  }
}

/** Variables of this machine that the build asks for. @throws Error that names those that are not there. */
function passedVariables({ name, build: { passes } }: BuiltLocally): Record<string, string> {
  const missing = passes.filter((each) => process.env[each] === undefined);
  if (missing.length > 0)
    throw new Error(
      `packages.${name}.build.passes: expected ${missing.join(", ")} in the environment, got none; set ${missing.length > 1 ? "them" : "it"}, or remove ${missing.length > 1 ? "them" : "it"} here`,
    );
  return Object.fromEntries(passes.map((each) => [each, process.env[each] ?? ""]));
}

async function imageOf({ name, build }: BuiltLocally, builderImage: BuilderImage, log: BuildLog) {
  if (build.image === undefined) return builderImage(build.builder ?? []);
  log.step(`takes ${build.image}`);
  const pin = "name the digest of one that is there";
  return (await pullExisting(`packages.${name}.build.image`, build.image, pin)).Id;
}

/** The archive of the source and of the home of who builds, all of it theirs. @returns its path. */
async function archiveOf(
  tree: string,
  folder: string,
  files: Readonly<Record<string, string>>,
  work: string,
): Promise<string> {
  const archive = path.join(work, "source.tar");
  const places = [folder, homePlace, cachePlace];
  for (const place of places) {
    mkdirSync(path.join(tree, place), { recursive: true });
    chmodSync(path.join(tree, place), 0o755);
  }
  for (const [file, text] of Object.entries(files))
    writeFileSync(path.join(tree, homePlace, file), text, { mode: 0o600 });
  await execa("tar", [
    ...["--create", "--file", archive, "--sort=name", "--numeric-owner"],
    ...[`--owner=${builderUser}`, `--group=${builderUser}`, "--directory", tree],
    ...places.map((place) => `.${place}`),
  ]);
  return archive;
}

/** Runs the commands in turn, with what they print in the log. */
async function runCommands(
  { name, build: { commands, image, layer } }: BuiltLocally,
  container: BuildContainer,
  hides: readonly string[],
  log: BuildLog,
): Promise<void> {
  for (const [index, command] of commands.entries()) {
    const shown = command.join(" ");
    log.step(shown);
    try {
      const { command: line, environment } = localEngine.line(["exec", container.id, ...command]);
      await runLogged(log, line, {
        environment,
        hides,
        called: command[0] ?? "",
      });
    } catch (error) {
      const reason = messageOf(error);
      const code = /exit code (\d+)/.exec(reason)?.[1];
      const got = code === undefined ? "an end before" : `exit code ${code}`;
      const where = image ?? `the layer ${layer ?? ""}`;
      const fix =
        code === "127" || code === "126"
          ? `build in an image that has it; this is ${where}`
          : "correct it by what it printed, below";
      throw new Error(
        `packages.${name}.build.commands[${index}]: expected "${shown}" to succeed, got ${got}; ${fix}\n${log.tail()}`,
        { cause: error },
      );
    }
  }
}

/** A build in an existing image alone, where no layers are built. */
export const noBuilderImage: BuilderImage = () =>
  Promise.reject(new Error("expected a build in an existing image, got one in a layer; name its image"));

/** Whether it has to be built. */
export function isBuiltLocally(local: LocalPackage): local is BuiltLocally {
  return local.build !== undefined;
}

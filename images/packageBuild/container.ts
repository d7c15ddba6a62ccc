import { createReadStream, writeFileSync } from "node:fs";
import * as path from "node:path";
import { buildName, locksDigest } from "../buildName/buildName.ts";
import { refuseClientVariables } from "../../engine/clientVariables.ts";
import { dockerProblem, localEngine } from "../../engine/DockerClient.ts";
import { labels } from "../../engine/labels.ts";
import { cacheLabel } from "../../engine/packageCaches.ts";
import { cacheFolder } from "../../work/cache.ts";
import { builderUser, cachePlace } from "./places.ts";

/** A container in which the commands of a build are run. */
export interface BuildContainer {
  id: string;
  /** Ends and removes it. */
  close(): Promise<void>;
}

/** What a container is made with. */
export interface BuildContainerArgs {
  /** The package, whose volume of caches it has. */
  name: string;
  /** By which the lock of the build is named. */
  digest: string;
  /** Image id. */
  image: string;
  /** Where commands run. */
  folder: string;
  /** What commands are told. */
  variables: Readonly<Record<string, string>>;
  /** The same, but what may stand on no command line. */
  hidden: Readonly<Record<string, string>>;
  /** Archive of what is there from the beginning, by its paths in the container. */
  archive: string;
}

/**
 * Starts a container that lives as long as this process lets it, or lives itself: its first process reads what only this process
 * could write to it, and the engine removes it after its end.
 */
export async function openContainer(args: BuildContainerArgs): Promise<BuildContainer> {
  refuseClientVariables(Object.keys(args.hidden));
  const volume = cacheVolume(args.name);
  await localEngine.run(["volume", "create", "--label", `${cacheLabel}=${args.name}`, volume]);
  // Collection takes what no build has used for long.
  writeFileSync(path.join(cacheFolder("package-caches"), volume), "");
  const id = await localEngine.run(containerArguments(args, volume), { variables: args.hidden });
  try {
    const place = ["cp", "-", `${id}:/`];
    const { exitCode, stderr } = await localEngine.feed(place, createReadStream(args.archive));
    if (exitCode !== 0) throw new Error(dockerProblem(place, stderr));
    const release = await localEngine.held(["start", "--attach", "--interactive", id]);
    return { id, close: release };
  } catch (error) {
    await localEngine.ask(["rm", "--force", "--volumes", id]);
    throw error;
  }
}

/** The command line that makes it: of an unprivileged user, who can become no other. */
export function containerArguments(
  { digest, image, folder, variables, hidden }: Omit<BuildContainerArgs, "archive" | "name">,
  volume: string,
): string[] {
  return [
    ...["create", "--rm", "--init", "--interactive", "--label", `${labels.build}=${buildName(digest)}`],
    ...["--user", `${builderUser}:${builderUser}`, "--workdir", folder, "--cap-drop", "ALL"],
    ...["--security-opt", "no-new-privileges", "--volume", `${volume}:${cachePlace}`],
    ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...Object.keys(hidden).flatMap((name) => ["--env", name]),
    ...["--entrypoint", "cat", image],
  ];
}

/** The volume of a package's caches, of this user alone. */
function cacheVolume(name: string): string {
  return `immutable-fleets-package-${locksDigest()}-${name.replaceAll("+", "_")}`;
}

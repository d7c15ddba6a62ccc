import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import type { LayerInputs } from "../../plan/inputs.ts";
import { lockSettings } from "../lock/settings.ts";
import { noBuilderImage, type BuilderImage } from "../packageBuild/build.ts";
import { buildPackage, type BuiltPackage } from "./nfpm.ts";
import { localPackages } from "../../plan/packages.ts";
import { writeRepositories } from "./repository.ts";
import {
  aptPasswords,
  aptSettings,
  aptSources,
  ownAptSettings,
  yumRepositories,
  type OpenRepository,
} from "./sources.ts";

/** What the role `packages` is told: exact versions by name, and the archive of the repositories. */
export interface PackageVariables {
  packages_versions: Record<string, string>;
  packages_archive: string;
}

/**
 * Makes the packages of a layer and the archive of its repositories, in the folder `work`; nothing for a layer without
 * packages. The archive may hold passwords: only its owner can read it, and whoever asks for it removes it after use.
 * @param passwords of the configured repositories, by name.
 * @param builderImage what makes the images of layers that packages are built in.
 */
export async function layerPackages(
  inputs: LayerInputs,
  passwords: Readonly<Record<string, string>>,
  root: string,
  work: string,
  epochSeconds: number,
  builderImage: BuilderImage = noBuilderImage,
): Promise<PackageVariables | undefined> {
  if (Object.keys(inputs.packages ?? {}).length === 0) return undefined;
  const built = await Promise.all(
    localPackages(inputs).map((local) => buildPackage(local, root, epochSeconds, builderImage)),
  );
  const pinned = Object.entries(inputs.packages ?? {}).flatMap(([name, { version }]) =>
    version === undefined ? [] : [[name, version] as const],
  );
  const repositories = Object.entries(inputs.repositories ?? {}).map(([name, repository]) => {
    const password = passwords[name];
    return { ...repository, name, ...(password !== undefined && { password }) };
  });
  return {
    packages_versions: Object.fromEntries([
      ...built.map(({ name, version }) => [name, version] as const),
      ...pinned,
    ]),
    packages_archive: await writeArchive(built, repositories, root, work, inputs.locked ? lockSettings : ""),
  };
}

/** What the packages of several layers are made of, as those of one: a mutable host gets them all at once. */
export function allPackages(layers: readonly LayerInputs[]): LayerInputs {
  return {
    layer: layers.map(({ layer }) => layer).join("."),
    roles: [],
    variables: {},
    files: Object.assign({}, ...layers.map(({ files }) => files)) as LayerInputs["files"],
    packages: Object.assign({}, ...layers.map(({ packages }) => packages)) as NonNullable<
      LayerInputs["packages"]
    >,
    builders: Object.assign({}, ...layers.map(({ builders }) => builders)) as NonNullable<
      LayerInputs["builders"]
    >,
    repositories: Object.assign({}, ...layers.map(({ repositories }) => repositories)) as NonNullable<
      LayerInputs["repositories"]
    >,
    tools: Object.assign({}, ...layers.map(({ tools }) => tools)) as LayerInputs["tools"],
  };
}

/** Writes the archive of the repositories; returns its path. @param held settings by which apt holds to the lock. */
async function writeArchive(
  built: readonly BuiltPackage[],
  repositories: readonly OpenRepository[],
  root: string,
  work: string,
  held: string,
): Promise<string> {
  const folder = path.join(work, "packages");
  for (const part of ["own", "sources", "yum.repos.d", "keys"])
    mkdirSync(path.join(folder, part), { recursive: true });
  chmodSync(work, 0o700);
  const local = built.length > 0;
  if (local) await writeRepositories(built, folder);
  for (const [file, text] of Object.entries(aptSources(repositories, local)))
    for (const part of ["own", "sources"]) writeFileSync(path.join(folder, part, file), text);
  for (const [file, text] of Object.entries(yumRepositories(repositories, local)))
    writeFileSync(path.join(folder, "yum.repos.d", file), text, { mode: 0o600 });
  for (const { name, key } of repositories)
    if (key !== undefined) copyFileSync(path.join(root, key), path.join(folder, "keys", `${name}.asc`));
  writeFileSync(path.join(folder, "apt.conf"), aptSettings + held);
  writeFileSync(path.join(folder, "own.conf"), ownAptSettings + held);
  writeFileSync(path.join(folder, "auth.conf"), aptPasswords(repositories), { mode: 0o600 });
  const archive = path.join(work, "packages.tar");
  await execa("tar", ["--create", "--file", archive, "--directory", folder, "."]);
  rmSync(folder, { recursive: true });
  return archive;
}

import type { PackageRepository } from "../../config/packages.ts";

/** Where the archive of the repositories is unpacked in a box that is built. */
const unpackedAt = "/run/fleet-packages";

/** A repository with the password that it asks for. */
export interface OpenRepository extends PackageRepository {
  name: string;
  password?: string;
}

/** apt's settings for the run: its sources and passwords beside the machine's own. */
export const aptSettings = [
  `Dir::Etc::sourceparts "${unpackedAt}/sources";`,
  `Dir::Etc::netrc "${unpackedAt}/auth.conf";`,
  "",
].join("\n");

/** The same without the machine's own sources, whose lists take seconds to read. */
export const ownAptSettings = [
  'Dir::Etc::sourcelist "/dev/null";',
  `Dir::Etc::sourceparts "${unpackedAt}/own";`,
  `Dir::Etc::netrc "${unpackedAt}/auth.conf";`,
  "",
].join("\n");

/** Sources of apt, in its deb822 format, by file name; `local`: the archive has packages made here. */
export function aptSources(repositories: readonly OpenRepository[], local: boolean): Record<string, string> {
  const own = local
    ? [["fleet-local", `file:${unpackedAt}/apt`, "./", undefined, `${unpackedAt}/key.asc`] as const]
    : [];
  const others = repositories.flatMap(({ name, apt, key }) =>
    apt
      ? [
          [
            `fleet-${name}`,
            apt.url,
            apt.suite,
            apt.components,
            key && `${unpackedAt}/keys/${name}.asc`,
          ] as const,
        ]
      : [],
  );
  return Object.fromEntries(
    [...own, ...others].map(([file, url, suite, components, key]) => [
      `${file}.sources`,
      lines([
        "Types: deb",
        `URIs: ${url}`,
        `Suites: ${suite}`,
        components && components.length > 0 && `Components: ${components.join(" ")}`,
        key !== undefined ? `Signed-By: ${key}` : "Trusted: yes",
      ]),
    ]),
  );
}

/** The passwords of apt's repositories, in the format of apt_auth.conf(5). */
export function aptPasswords(repositories: readonly OpenRepository[]): string {
  return lines(
    repositories.map(({ apt, username, password }) =>
      apt && username !== undefined && password !== undefined
        ? `machine ${apt.url.replace(/\/+$/, "")} login ${username} password ${password}`
        : undefined,
    ),
  );
}

/** Repositories of dnf, with their passwords, by file name. */
export function yumRepositories(
  repositories: readonly OpenRepository[],
  local: boolean,
): Record<string, string> {
  const own = local ? [section("fleet-local", `file://${unpackedAt}/yum`, `${unpackedAt}/key.asc`, {})] : [];
  const others = repositories.flatMap(({ name, yum, key, ...login }) =>
    yum ? [section(`fleet-${name}`, yum.url, key && `${unpackedAt}/keys/${name}.asc`, login)] : [],
  );
  return Object.fromEntries([...own, ...others]);
}

function section(
  id: string,
  url: string,
  key: string | undefined,
  { username, password }: { username?: string | undefined; password?: string | undefined },
): [string, string] {
  return [
    `${id}.repo`,
    lines([
      `[${id}]`,
      `name=${id}`,
      `baseurl=${url}`,
      "gpgcheck=0",
      key !== undefined && "repo_gpgcheck=1",
      key !== undefined && `gpgkey=file://${key}`,
      username !== undefined && `username=${username}`,
      password !== undefined && `password=${password}`,
    ]),
  ];
}

function lines(parts: readonly (string | false | undefined)[]): string {
  const present = parts.filter((part) => typeof part === "string" && part !== "");
  return present.length > 0 ? `${present.join("\n")}\n` : "";
}

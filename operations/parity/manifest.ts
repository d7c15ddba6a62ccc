/** What a root file system holds, whatever it is the root of: a container, a disk, or a host. */
export interface RootManifest {
  /** Version by package. */
  packages: Readonly<Record<string, string>>;
  /** By path, without a leading slash: {@link describeFile}. Numbers of users are no part of it, they differ by order of creation. */
  files: Readonly<Record<string, string>>;
  /** By user: {@link passwdUsers}. */
  users: Readonly<Record<string, string>>;
  /** Units that are started by themselves, sorted. */
  services: readonly string[];
  /** Program by the port that it listens on (`tcp/8080`), where the root was seen running. */
  ports?: Readonly<Record<string, string>>;
}

/** What is compared of one file. */
export interface FileFacts {
  type: string;
  /** Permission bits. */
  mode: number;
  /** Names of owner and group; their numbers where they have none. */
  owner: string;
  group: string;
  /** SHA-256 of a file's content, the target of a link, or nothing. */
  content: string;
}

/** A file in one line: `file 644 root:root 3f5a…`. */
export function describeFile({ type, mode, owner, group, content }: FileFacts): string {
  return `${type} ${mode.toString(8)} ${owner}:${group} ${content}`.trimEnd();
}

/**
 * The users of a passwd file (passwd(5)), and the names of their numbers. Of each, what gives rights: home and shell, other groups,
 * a superuser's number, a password: `/home/ann /bin/sh, in sudo, password set`.
 * @param group text of the group file. @param passwords {@link passwordStates}.
 */
export function passwdUsers(
  passwd: string,
  group = "",
  passwords: Readonly<Record<string, string>> = {},
): { users: Record<string, string>; names: Map<number, string> } {
  const rows = rowsOf(passwd);
  const groups = rowsOf(group);
  const described = rows.map(([name = "", , uid, gid, , home = "", shell = ""]) => {
    const others = groups.filter(
      ([own, , number, members = ""]) =>
        own !== name && (number === gid || members.split(",").includes(name)),
    );
    const rights = [
      ...(uid === "0" && name !== "root" ? ["superuser"] : []),
      ...(others.length > 0
        ? [
            `in ${others
              .map(([own]) => own)
              .sort()
              .join(" ")}`,
          ]
        : []),
      ...(passwords[name] === undefined ? [] : [`password ${passwords[name]}`]),
    ];
    return [name, [`${home} ${shell}`, ...rights].join(", ")] as const;
  });
  return { users: Object.fromEntries(described), names: namesOf(rows) };
}

/** Who may log in by password, by a shadow file (shadow(5)): `set`, or `not needed`; the passwords are not told. */
export function passwordStates(shadow: string): Record<string, string> {
  const open = rowsOf(shadow).filter(([, password = "*"]) => !/^[!*]/.test(password));
  return Object.fromEntries(
    open.map(([name = "", password]) => [name, password === "" ? "not needed" : "set"]),
  );
}

/** The names of the numbers in a group file (group(5)). */
export function groupNames(group: string): Map<number, string> {
  return namesOf(rowsOf(group));
}

function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":"));
}

function namesOf(rows: readonly string[][]): Map<number, string> {
  return new Map(rows.map(([name = "", , number]) => [Number(number), name]));
}

/** The units that links in `*.wants` and `*.requires` folders start, by the links' paths. */
export function enabledUnits(paths: Iterable<string>): string[] {
  const link = /^etc\/systemd\/system\/[^/]+\.(?:wants|requires)\/([^/]+)$/;
  return [...new Set([...paths].flatMap((path) => link.exec(path)?.[1] ?? []))].sort();
}

import { z } from "zod";
import type { Service } from "../../plan/service.ts";
import type { ImageEntry } from "./files.ts";

/** What an image's configuration says of how it runs (opencontainers/image-spec, config.md), as far as it is read here. */
export const imageSettingsSchema = z.object({
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  User: z.string().nullish(),
  WorkingDir: z.string().nullish(),
  StopSignal: z.string().nullish(),
});
export type ImageStart = z.output<typeof imageSettingsSchema>;

/** What an entry point that starts as root needs to hand its data and itself to another user, as most of the public images do. */
const rootCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];

/** The engine's, where an image names none. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Its logs may be links to its standard output, which the engine keeps. */
const logs = "/var/log";

/**
 * An existing image's own command as the one service of its boxes.
 * @param users its /etc/passwd and /etc/group; empty where it has none.
 * @param volatile what it has in the paths that every box may write: folders are made again at every start.
 * @throws Error when it is to run as a user that it does not have.
 */
export function commandOfImage(
  image: string,
  settings: ImageStart,
  users: { passwd: string; group: string },
  volatile: readonly ImageEntry[],
): Service {
  const { uid, gid } = userOf(image, settings.User ?? "", users);
  const isLinked = volatile.some(({ path, type }) => type === "link" && path.startsWith(`${logs}/`));
  const folders = volatile
    .filter(({ path, type }) => type === "folder" && path.split("/").length > depthOfRoot(path))
    .filter(({ path }) => !(isLinked && path.startsWith(`${logs}/`)))
    .map((entry) => ({ path: entry.path, uid: entry.uid, gid: entry.gid, mode: entry.mode }));
  return {
    ...{ unit: "its command", type: "simple", uid, gid },
    command: [...(settings.Entrypoint ?? []), ...(settings.Cmd ?? [])],
    user: settings.User ?? "",
    environment: settings.Env ?? [],
    workingDirectory: settings.WorkingDir || "/",
    stopSignal: settings.StopSignal ?? "SIGTERM",
    folders,
    existing: true,
    ...(uid === 0 && { capabilities: rootCapabilities }),
    ...(isLinked && { kept: [logs] }),
  };
}

/** Where its Python may be: what runs schedules is written in it. */
export function pythonsOf({ Env }: Pick<ImageStart, "Env">): string[] {
  const [, folders = usualPath] =
    /^PATH=(.*)$/.exec(Env?.find((each) => each.startsWith("PATH=")) ?? "") ?? [];
  return folders
    .split(":")
    .filter((folder) => folder.startsWith("/"))
    .map((folder) => `${folder.replace(/\/+$/, "")}/python3`);
}

/** The paths themselves are folders in memory anyway. */
function depthOfRoot(path: string): number {
  return path.startsWith("/var/") ? 3 : 2;
}

/** `name`, `1000`, `name:group`, `1000:1000`; none is root. */
function userOf(
  image: string,
  user: string,
  { passwd, group }: { passwd: string; group: string },
): { uid: number; gid: number } {
  const [name = "", groupName] = user.split(":");
  if (name === "") return { uid: 0, gid: 0 };
  const known = lineOf(passwd, name);
  const uid = Number(known?.[2] ?? name);
  const gid = Number(
    groupName === undefined ? (known?.[3] ?? 0) : (lineOf(group, groupName)?.[2] ?? groupName),
  );
  if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  throw new Error(
    `image ${image}: expected the user ${user}, as which it runs, in its /etc/passwd, got none; take another image`,
  );
}

/** By its name, else by its number. */
function lineOf(table: string, name: string): string[] | undefined {
  const lines = table.split("\n").map((line) => line.split(":"));
  return lines.find(([own]) => own === name) ?? lines.find(([, , number]) => number === name);
}

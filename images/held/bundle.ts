import type { HeldApplication } from "../../plan/inputs.ts";
import type { OwnedFolder } from "../../plan/service.ts";
import { alwaysVolatile, ownerOptions, volatilePath } from "../../plan/volatile.ts";

/** Where container images lie in a machine image: each unpacked, in a folder called after its id. */
export const heldFolder = "/var/lib/fleet/images";

/** What the engine says of a container image: how its one service runs in the foreground. */
export interface HeldImage {
  /** The image id: `sha256:…`. */
  id: string;
  command: string[];
  environment: string[];
  /** `uid:gid`, in numbers. */
  user: string;
  workingDirectory: string;
  /** The numbers of its other groups. */
  groups: number[];
  /** What its unit has made at every start. */
  folders: OwnedFolder[];
  /** Folders of the image that belong to somebody. */
  owned: OwnedFolder[];
  /** The rights that it has as root. */
  rights: string[];
}

/** The folder of an image's root file system. */
export function rootOf(id: string): string {
  return `${heldFolder}/${id.replace("sha256:", "")}/rootfs`;
}

/** Whether an absolute path is the root file system of an image that is held. */
export function isHeldRoot(path: string): boolean {
  const [, id] = path.slice(heldFolder.length).split("/");
  return id !== undefined && id !== "" && path === rootOf(id);
}

const kernelFiles = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware"];
const kernelSettings = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/**
 * The configuration of an image's container (opencontainers/runtime-spec, config.md): as immutable as a box on a Docker Engine,
 * in the machine's own network, so that the application is reached at the machine's address.
 */
export function runtimeConfig(image: HeldImage, { volatile, capabilities }: HeldApplication): object {
  const kept = [...new Set([...capabilities, ...image.rights])].map((name) => `CAP_${name}`);
  const { uid, gid } = numbersOf(image);
  return {
    ociVersion: "1.0.2",
    annotations: { "immutable-fleets.image": image.id },
    root: { path: rootOf(image.id), readonly: true },
    process: {
      terminal: false,
      user: { uid, gid, ...(image.groups.length > 0 && { additionalGids: image.groups }) },
      args: image.command,
      env: image.environment,
      cwd: image.workingDirectory === "" ? "/" : image.workingDirectory,
      capabilities: { bounding: kept, effective: kept, permitted: kept, inheritable: kept, ambient: kept },
      noNewPrivileges: true,
    },
    mounts: [...kernelMounts, ...memoryMounts(image, volatile), ...machineFiles],
    linux: {
      namespaces: ["pid", "mount", "ipc"].map((type) => ({ type })),
      maskedPaths: kernelFiles,
      readonlyPaths: kernelSettings,
    },
  };
}

const kernelMounts = [
  { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
  { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
  memory("/dev", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
  memory("/dev/shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
];

/** What the machine knows of names, as it is there. */
const machineFiles = ["/etc/hosts", "/etc/resolv.conf"].map((path) => ({
  destination: path,
  type: "bind",
  source: path,
  options: ["bind", "ro"],
}));

/** What the application writes to, its own; the folders of its unit, as that says. */
function memoryMounts(image: HeldImage, volatile: readonly string[]): object[] {
  const { uid, gid } = numbersOf(image);
  const own = image.folders.map(({ path }) => path);
  const declared = volatile.map((each) => volatilePath(each).path);
  const paths = [...new Set([...alwaysVolatile, ...declared])].filter((path) => !own.includes(path)).sort();
  const inImage = new Map(image.owned.map((folder) => [folder.path, folder]));
  const folders = paths.map((path) => inImage.get(path) ?? { path, uid, gid, mode: 0o1777 });
  return [...folders, ...image.folders].map((folder) =>
    memory(folder.path, ["nosuid", "nodev", ...ownerOptions(folder)]),
  );
}

function numbersOf({ user }: HeldImage): { uid: number; gid: number } {
  const [uid = 0, gid = 0] = user.split(":").map(Number);
  return { uid, gid };
}

function memory(destination: string, options: string[]) {
  return { destination, type: "tmpfs", source: "tmpfs", options };
}

import { deepEqual, equal } from "node:assert/strict";
import { rootOf, runtimeConfig } from "../../../images/held/bundle.ts";

interface Config {
  root: object;
  process: Record<string, unknown>;
  mounts: { destination: string; type: string; options: string[] }[];
  linux: { namespaces: { type: string }[] };
  annotations: Record<string, string>;
}

const image = {
  id: `sha256:${"1".repeat(64)}`,
  command: ["/usr/bin/python3", "-m", "catalog"],
  environment: ["PATH=/usr/bin", "CATALOG_PORT=8081"],
  user: "990:991",
  workingDirectory: "/opt/catalog",
  groups: [],
  folders: [],
  owned: [{ path: "/var/spool/app", uid: 13, gid: 14, mode: 0o2750 }],
  rights: [] as string[],
};
const config = (own: { volatile?: string[]; capabilities?: string[]; rights?: string[] } = {}) => {
  const { rights = [], ...application } = own;
  return runtimeConfig({ ...image, rights }, { volatile: [], capabilities: [], ...application }) as Config;
};

describe("the container of an image that a machine image holds", () => {
  it("runs the image's command as its user, from the folder called after its digest", () => {
    const { root, process, annotations } = config();
    equal(rootOf(image.id), `/var/lib/fleet/images/${"1".repeat(64)}/rootfs`);
    deepEqual(root, { path: rootOf(image.id), readonly: true });
    deepEqual(annotations, { "immutable-fleets.image": image.id });
    deepEqual(
      [process["args"], process["env"], process["user"], process["cwd"]],
      [image.command, image.environment, { uid: 990, gid: 991 }, "/opt/catalog"],
    );
  });

  it("has no right but those that the application names and its service has as root, and gains none", () => {
    const sets = ["bounding", "effective", "permitted", "inheritable", "ambient"];
    const none = Object.fromEntries(sets.map((each) => [each, []]));
    deepEqual(config().process["capabilities"], none);
    equal(config().process["noNewPrivileges"], true);
    const raw = Object.fromEntries(sets.map((each) => [each, ["CAP_NET_RAW"]]));
    deepEqual(config({ capabilities: ["NET_RAW"] }).process["capabilities"], raw);
    const both = Object.fromEntries(sets.map((each) => [each, ["CAP_NET_RAW", "CAP_SETUID"]]));
    const own = { capabilities: ["NET_RAW"], rights: ["NET_RAW", "SETUID"] };
    deepEqual(config(own).process["capabilities"], both);
  });

  it("writes to memory alone, at the paths where a box on an engine may write", () => {
    const { mounts } = config({ volatile: ["/var/cache/app", "/tmp"] });
    const writable = mounts.filter(({ type, options }) => type === "tmpfs" && options.includes("uid=990"));
    deepEqual(
      writable.map(({ destination }) => destination),
      ["/run", "/tmp", "/var/cache/app", "/var/log", "/var/tmp"],
    );
    deepEqual(
      mounts.filter(({ type }) => type === "bind").map(({ destination, options }) => [destination, options]),
      [
        ["/etc/hosts", ["bind", "ro"]],
        ["/etc/resolv.conf", ["bind", "ro"]],
      ],
    );
  });

  it("is in the machine's network, and sees nothing else of it", () => {
    deepEqual(
      config().linux.namespaces.map(({ type }) => type),
      ["pid", "mount", "ipc"],
    );
  });
});

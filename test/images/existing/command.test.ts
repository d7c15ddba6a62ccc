import { deepEqual, throws } from "node:assert/strict";
import { commandOfImage, pythonsOf, type ImageStart } from "../../../images/existing/command.ts";
import { entriesIn, type ImageEntry } from "../../../images/existing/files.ts";
import { boxVolatile } from "../../../fleets/box/volatile.ts";
import { plainSettings } from "../../../fleets/box/box.ts";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";

const users = {
  passwd: "root:x:0:0:root:/root:/bin/sh\nredis:x:999:998::/home/redis:/bin/sh\n",
  group: "root:x:0:\nredis:x:998:\ndata:x:555:redis\n",
};
const settings: ImageStart = {
  Entrypoint: ["docker-entrypoint.sh"],
  Cmd: ["redis-server"],
  Env: ["PATH=/usr/local/bin:/bin", "REDIS_VERSION=7.4"],
  User: "redis",
  WorkingDir: "/data",
  StopSignal: "SIGQUIT",
};
const command = (own: Partial<ImageStart> = {}, entries: ImageEntry[] = []) =>
  commandOfImage("sha256:1", { ...settings, ...own }, users, entries);
const folder = (path: string, own: Partial<ImageEntry> = {}): ImageEntry => ({
  ...{ path, type: "folder", uid: 0, gid: 0, mode: 0o755 },
  ...own,
});
const limits = { init: "automatic", volatile: ["/cache"], capabilities: [], drainSeconds: 30 } as const;

describe("the command of an existing image", () => {
  it("may have Python where its PATH leads, or where the engine's does", () => {
    deepEqual(pythonsOf({ Env: ["A=PATH=/x", "PATH=/opt/venv/bin/:bin:/usr/bin"] }), [
      "/opt/venv/bin/python3",
      "/usr/bin/python3",
    ]);
    deepEqual(pythonsOf({ Env: null }).slice(1, 4), [
      "/usr/local/bin/python3",
      "/usr/sbin/python3",
      "/usr/bin/python3",
    ]);
  });

  it("is what the image says, as its user", () => {
    deepEqual(command(), {
      ...{ unit: "its command", type: "simple", uid: 999, gid: 998, user: "redis" },
      command: ["docker-entrypoint.sh", "redis-server"],
      environment: ["PATH=/usr/local/bin:/bin", "REDIS_VERSION=7.4"],
      workingDirectory: "/data",
      stopSignal: "SIGQUIT",
      folders: [],
      existing: true,
    });
  });

  it("finds users and groups by name and number", () => {
    const ids = (User: string) => {
      const { uid, gid } = command({ User });
      return [uid, gid];
    };
    deepEqual(["redis", "999", "1234", "redis:data", "1234:77", ""].map(ids), [
      [999, 998],
      [999, 998],
      [1234, 0],
      [999, 555],
      [1234, 77],
      [0, 0],
    ]);
    throws(
      () => command({ User: "nobody-here" }),
      /^Error: image sha256:1: expected the user nobody-here, as which it runs, in its \/etc\/passwd, got none; take another image$/,
    );
  });

  it("keeps of root's rights what an entry point needs that becomes another user; none where it is none", () => {
    const root = plainSettings(limits, [command({ User: "" })], undefined);
    deepEqual(
      root.capabilities.adds,
      ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"].map(
        (name) => `CAP_${name}`,
      ),
    );
    deepEqual(plainSettings(limits, [command()], undefined).capabilities.adds, []);
    deepEqual(root.securityOpts, ["no-new-privileges:true"]);
    deepEqual(root.entrypoints, undefined);
    deepEqual(root.user, undefined);
  });

  it("has the folders of paths in memory again, with their owners", () => {
    const service = command({}, [
      folder("/run"),
      folder("/run/redis", { uid: 999, gid: 998, mode: 0o2775 }),
      folder("/var/log"),
      folder("/run/file", { type: "file" }),
    ]);
    const own = "uid=999,gid=998,mode=1777";
    deepEqual(boxVolatile({ init: "foreground", volatile: ["/cache"], services: [service] }), {
      "/cache": own,
      "/run": own,
      "/run/redis": "uid=999,gid=998,mode=2775",
      "/tmp": own,
      "/var/log": own,
      "/var/tmp": own,
    });
  });

  it("leaves logs as they are that are links to its output", () => {
    const service = command({}, [
      folder("/var/log"),
      folder("/var/log/nginx"),
      folder("/var/log/nginx/access.log", { type: "link" }),
    ]);
    const paths = Object.keys(boxVolatile({ init: "foreground", volatile: [], services: [service] }));
    deepEqual(paths, ["/run", "/tmp", "/var/tmp"]);
  });
});

describe("files of an image", () => {
  it("are read from what the engine gives out, nothing of it being run", async () => {
    const tar = pack();
    tar.entry({ name: "log/", type: "directory", mode: 0o755, uid: 0, gid: 4 });
    tar.entry({ name: "log/access.log", type: "symlink", linkname: "/dev/stdout" });
    tar.entry({ name: "log/text", mode: 0o600, uid: 7, gid: 8 }, "line\n");
    tar.finalize();
    const entries = await entriesIn(await buffer(tar), "/var");
    deepEqual(entries, [
      { path: "/var/log", type: "folder", uid: 0, gid: 4, mode: 0o755 },
      { path: "/var/log/access.log", type: "link", uid: 0, gid: 0, mode: entries[1]?.mode },
      { path: "/var/log/text", type: "file", uid: 7, gid: 8, mode: 0o600, content: "line\n" },
    ]);
  });
});

import assert from "node:assert/strict";
import { contentDrift } from "../../../operations/drift/finding/content.ts";
import { describeFinding } from "../../../operations/drift/finding/finding.ts";
import { settingsDrift } from "../../../operations/drift/settings.ts";
import { facts, inside, wanted } from "../fixture/box.ts";

const fromImage = { environment: { PATH: "/bin" }, labels: { "immutable-fleets.layer": "catalog" } };

describe("drift of what boxes have beyond the usual", () => {
  it("tells limits, first process, /dev/shm and log that are others, where they are wanted", () => {
    const own = {
      ...{ ulimits: { nofile: "10:20", nproc: "5:5" }, init: true, shmBytes: 2 ** 28 },
      logs: { driver: "json-file", options: { "max-size": "10m", token: "s3cret" } },
    };
    const of = (changes: Partial<ReturnType<typeof facts>["HostConfig"]>) =>
      settingsDrift(wanted(own), facts({ HostConfig: { ...facts().HostConfig, ...changes } }), fromImage).map(
        describeFinding,
      );
    const limits = (all: readonly (readonly [string, number, number])[]) =>
      all.map(([Name, Soft, Hard]) => ({ Name, Soft, Hard }));
    const right = {
      Ulimits: limits([
        ["nofile", 10, 20],
        ["nproc", 5, 5],
        ["core", 0, 0],
      ]),
      ...{ Init: true, ShmSize: 2 ** 28 },
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", token: "s3cret", labels: "x" } },
    };
    assert.deepEqual(of(right), []);
    assert.deepEqual(
      of({
        ...{ Ulimits: limits([["nofile", 10, 30]]), Init: null, ShmSize: 2 ** 26 },
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", token: "other" } },
      }),
      [
        "settings catalog-1: limit nofile: expected 10:20, got 10:30",
        "settings catalog-1: limit nproc: expected 5:5, got none",
        "settings catalog-1: first process of the engine: expected one, got none",
        "settings catalog-1: /dev/shm: expected 256 MiB, got 64 MiB",
        "settings catalog-1: log option token changed",
      ],
    );
    const driver = of({ ...right, LogConfig: { Type: "none", Config: null } });
    assert.deepEqual(driver, ["settings catalog-1: log driver: expected json-file, got none"]);
  });

  it("tells no file that is the engine's first process, but where it gave none", () => {
    const changes = ["C /sbin", "A /sbin/docker-init", "A /usr/sbin/other"];
    const files = (hasInit: boolean) =>
      contentDrift(wanted(), inside({ changes, hasInit })).map(({ what }) => what);
    assert.deepEqual(files(true), ["file /usr/sbin/other added"]);
    assert.deepEqual(files(false), ["file /sbin/docker-init added", "file /usr/sbin/other added"]);
  });

  it("tells no programs in volatile paths where they may be run, but in those inside them", () => {
    const program = (path: string) => ({ uid: 881, mode: 0o755, type: "f", path });
    const volatile = ["/tmp/a", "/tmp/own/b", "/run/c"].map(program);
    const box = wanted({ tmpfs: { "/tmp": "mode=1777,exec", "/tmp/own": "uid=1", "/run": "" } });
    assert.deepEqual(
      contentDrift(box, inside({ volatile })).map(({ what }) => what),
      ["/tmp/own/b", "/run/c"].map((path) => `file ${path} in a volatile path is a program`),
    );
  });
});

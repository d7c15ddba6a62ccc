import { deepEqual, equal, rejects } from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { execa } from "execa";
import * as pulumi from "@pulumi/pulumi";
import { pack } from "tar-stream";
import { DockerClient } from "../../../engine/DockerClient.ts";
import { fillVolume } from "../../../fleets/volumes/fill.ts";
import { boxVolumes, volumesOn } from "../../../fleets/volumes/SharedVolume.ts";
import type { ContainerFleetPlan } from "../../../plan/environment/FleetPlan.ts";
import { made, resource } from "../mocks.ts";
import { service } from "../service.ts";

const user = (name: string, path: string, readOnly: boolean) =>
  ({
    ...{ chain: [name], limits: { init: "automatic" } },
    volumes: [{ volume: "uploads", path, readOnly }],
  }) as unknown as ContainerFleetPlan;

describe("a volume that boxes share", () => {
  it("is made protected, and filled once as the image has it that writes it, before any box has it", async () => {
    const plan = {
      volumes: [{ name: "uploads", protect: true }],
      fleets: [user("thumbnails", "/in", true), user("shop", "/srv/uploads", false)],
    };
    const all = await made((options) => {
      const place = {
        prefix: "north.",
        options,
        image: ([name]: readonly string[] = []) => ({
          image: name,
          services: [service({ uid: 881, gid: 882 })],
        }),
      };
      const shared = volumesOn(plan, place as unknown as Parameters<typeof volumesOn>[1]);
      const [mount] = boxVolumes(plan.fleets[1]?.volumes ?? [], shared);
      pulumi.output(mount?.volumeName).apply((name) => {
        equal(name, "north.uploads-shared");
      });
    });
    const volume = resource(all, "docker:index/volume:Volume", "north.uploads-shared");
    equal(volume.options.protect, true);
    const { inputs, options } = resource(all, "command:local:Command", "north.uploads-shared-fill");
    deepEqual(JSON.parse(String(inputs["stdin"])), {
      ...{ volume: "north.uploads-shared", image: "shop", path: "/srv/uploads" },
      owner: { uid: 881, gid: 882 },
    });
    deepEqual([inputs["triggers"], options.ignoreChanges], [["north.uploads-shared"], ["stdin"]]);
  });

  it("has what an image has there, with its owner, and is no matter of luck for boxes that come at once", async function () {
    if ((await execa("docker", ["info"], { reject: false })).failed) {
      console.log("      skipped: there is no Docker Engine");
      this.skip();
    }
    this.timeout(60_000);
    const engine = new DockerClient();
    const image = await imported();
    const volume = await engine.run(["volume", "create"]);
    try {
      const asked = { volume, image, path: "/srv/uploads", owner: { uid: 1, gid: 1 } };
      const requires = { oneOf: ["/usr/bin/lego", "/usr/local/bin/lego"], problem: "expected lego" };
      await rejects(fillVolume(engine, { ...asked, requires }), /^Error: expected lego$/);
      await fillVolume(engine, { ...asked, requires: { ...requires, oneOf: ["/lego", "/srv/uploads/a/7"] } });
      const mount = ["--mount", `type=volume,source=${volume},target=/srv/uploads`];
      const boxes = await Promise.all(
        Array.from({ length: 6 }, () => engine.run(["create", ...mount, image, "true"])),
      );
      const { stdout } = await execa("docker", ["cp", `${boxes[0] ?? ""}:/srv/uploads`, "-"], {
        encoding: "buffer",
      });
      const listing = ["--list", "--verbose", "--numeric-owner"];
      const lines = (await execa("tar", listing, { input: stdout })).stdout.split("\n");
      equal(lines.length, 302);
      equal(lines.filter((line) => /^(drwxr-x---|-rw-r-----) 123\/456/.test(line)).length, 302);
      await engine.run(["rm", ...boxes]);
      equal(await engine.run(["ps", "--all", "--quiet", "--filter", `volume=${volume}`]), "");
    } finally {
      await engine.run(["volume", "rm", "--force", volume]);
      await engine.run(["image", "rm", image]);
    }
  });
});

describe("a volume whose place an image has nothing at", () => {
  before(async function () {
    if ((await execa("docker", ["info"], { reject: false })).failed) {
      console.log("      skipped: there is no Docker Engine");
      this.skip();
    }
  });

  for (const [path, whose] of [
    ["/srv/jobs", "drwxr-xr-x 881/882"],
    ["/nowhere/at/all", "drwxr-xr-x 881/882"],
    ["/srv/uploads", "drwxr-x--- 123/456"],
    // A folder that is there is as the image has it, though it be empty.
    ["/srv", "drwxr-xr-x 0/0"],
  ] as const)
    it(`belongs to who writes there: ${path}`, async () => {
      const engine = new DockerClient();
      const image = await imported();
      const volume = await engine.run(["volume", "create"]);
      try {
        await fillVolume(engine, { volume, image, path, owner: { uid: 881, gid: 882 } });
        const mount = ["--mount", `type=volume,source=${volume},target=${path}`];
        const box = await engine.run(["create", ...mount, image, "true"]);
        const { stdout } = await execa("docker", ["cp", `${box}:${path}`, "-"], { encoding: "buffer" });
        const listing = ["--list", "--verbose", "--numeric-owner"];
        const [first = ""] = (await execa("tar", listing, { input: stdout })).stdout.split("\n");
        equal(first.split(" ").slice(0, 2).join(" "), whose);
        await engine.run(["rm", box]);
        equal(await engine.run(["ps", "--all", "--quiet", "--filter", `ancestor=${image}`]), "");
      } finally {
        await engine.run(["volume", "rm", "--force", volume]);
        await engine.run(["image", "rm", image]);
      }
    }).timeout(60_000);
});

/** An image that says nothing but files: 300 in folders, somebody's, in one folder. @returns its id. */
async function imported(): Promise<string> {
  const tar = pack();
  const own = { uid: 123, gid: 456 };
  tar.entry({ name: "srv/uploads/", type: "directory", mode: 0o750, ...own });
  tar.entry({ name: "srv/uploads/a/", type: "directory", mode: 0o750, ...own });
  for (let index = 0; index < 300; index++)
    tar.entry({ name: `srv/uploads/a/${index}`, mode: 0o640, ...own }, `file ${index}`);
  tar.finalize();
  const { stdout } = await execa("docker", ["import", "-"], { input: await buffer(tar) });
  return stdout;
}

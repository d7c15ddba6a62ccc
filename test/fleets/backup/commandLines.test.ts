import { deepEqual } from "node:assert/strict";
import type { ContainerFacts } from "../../../engine/containers.ts";
import { spareArguments } from "../../../engine/spareBox.ts";
import { copyArguments } from "../../../fleets/backup/volumeCopy.ts";

describe("the command lines of a restore", () => {
  it("make a box like the accessory's, as tight, which nobody reaches; no value of its environment is there", () => {
    const HostConfig = {
      ...{ Memory: 536_870_912, MemorySwap: 536_870_912, NanoCpus: 1_500_000_000, ReadonlyRootfs: true },
      ...{ CapAdd: ["CAP_CHOWN"], CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"] },
      Tmpfs: { "/run": "uid=870,mode=1777" },
    };
    const Config = { Cmd: ["postgres", "-D", "/data"] };
    const like = { Image: "sha256:postgresql", Config, HostConfig } as unknown as ContainerFacts;
    const args = { like, volumePath: "/var/lib/postgresql", label: "restoring=fleet/dev/database" };
    deepEqual(spareArguments(args, "0123", ["POSTGRES_USER", "POSTGRES_PASSWORD"]), [
      ...["create", "--network", "none", "--label", "restoring=fleet/dev/database"],
      ...["--volume", "0123:/var/lib/postgresql", "--read-only"],
      ...["--cap-drop", "ALL", "--cap-add", "CAP_CHOWN", "--security-opt", "no-new-privileges:true"],
      ...["--tmpfs", "/run:uid=870,mode=1777", "--memory", "536870912", "--memory-swap", "536870912"],
      ...["--cpus", "1.5", "--env", "POSTGRES_USER", "--env", "POSTGRES_PASSWORD", "sha256:postgresql"],
      ...["postgres", "-D", "/data"],
    ]);
  });

  it("copy a volume that they cannot change", () => {
    deepEqual(
      copyArguments({ image: "sha256:a", label: "restoring=fleet/dev/database", from: "old", to: "new" }, [
        ...["cp", "--archive"],
        "/from/.",
        "/to/",
      ]),
      [
        ...["run", "--rm", "--label", "restoring=fleet/dev/database", "--network", "none", "--read-only"],
        ...["--user", "0:0", "--cap-drop", "ALL"],
        ...["--cap-add", "CHOWN", "--cap-add", "DAC_OVERRIDE", "--cap-add", "FOWNER", "--cap-add", "FSETID"],
        ...["--volume", "old:/from:ro", "--volume", "new:/to"],
        ...["--entrypoint", "cp", "sha256:a", "--archive", "/from/.", "/to/"],
      ],
    );
  });
});

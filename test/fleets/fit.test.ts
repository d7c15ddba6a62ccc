import { deepEqual, rejects } from "node:assert/strict";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { askFit, fitArguments } from "../../fleets/fit/ask.ts";

const request = {
  ...{ accessory: "database", image: "sha256:newer", volume: "database-data" },
  ...{ volumePath: "/var/lib/postgresql", command: ["fleet-postgresql", "--fits"] },
};

describe("an accessory's newer image", () => {
  it("is asked on all of the data, of which it can change nothing", () => {
    deepEqual(fitArguments(request), [
      ...["run", "--rm", "--network", "none", "--read-only", "--user", "0:0", "--cap-drop", "ALL"],
      ...["--cap-add", "DAC_READ_SEARCH", "--security-opt", "no-new-privileges:true"],
      ...["--volume", "database-data:/var/lib/postgresql:ro", "--entrypoint", "fleet-postgresql"],
      ...["sha256:newer", "--fits"],
    ]);
  });

  it("fails the update where it says no, with what it says", async () => {
    const engine = (exitCode: number | undefined, all: string) =>
      ({ ask: () => Promise.resolve({ exitCode, all }) }) as unknown as DockerClient;
    await askFit(engine(0, ""), request);
    await rejects(askFit(engine(78, "data of 15\n"), request), {
      message:
        "accessories.database: expected an image that takes the data in database-data as it is, got one that does not, as it says below; its box stays as it is. Have its layer as it was, or move the data (docs/fleets.md)\n  data of 15",
    });
  });
});

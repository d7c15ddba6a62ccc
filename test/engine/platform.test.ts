import { rejects } from "node:assert/strict";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { refuseOtherArchitecture } from "../../engine/platform.ts";

describe("an engine's platform", () => {
  it("is that of the images that it runs", async () => {
    const engine = { run: () => Promise.resolve('{"Arch":"arm64","Os":"linux"}') } as unknown as DockerClient;
    await refuseOtherArchitecture("image base", { Architecture: "arm64" }, engine);
    await rejects(refuseOtherArchitecture("image base", { Architecture: "amd64" }, engine), {
      message:
        "image base: expected an image for arm64, as the engine is, got one for amd64; build it on such a machine, or run it on another engine",
    });
  });
});

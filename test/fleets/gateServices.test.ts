import { deepEqual } from "node:assert/strict";
import { labels } from "../../engine/labels.ts";
import type { DockerAnswer } from "../../engine/DockerClient.ts";
import { servicesCheck } from "../../fleets/gate/probe.ts";

const both = [{ unit: "smbd.service" }, { unit: "nmbd.service" }];

describe("the services of a box that takes no requests", () => {
  it("are well while none has failed, whatever else they are", async () => {
    deepEqual(await checked("active\nactivating"), [
      { application: "its services", healthy: true, detail: "" },
    ]);
    deepEqual(await checked("inactive\nactive"), [
      { application: "its services", healthy: true, detail: "" },
    ]);
  });

  it("are named where they have failed", async () => {
    const told = { application: "its services", healthy: false, detail: "failed: nmbd.service" };
    deepEqual(await checked("active\nfailed"), [told]);
  });

  it("are not well before systemd answers", async () => {
    deepEqual(await checked(""), [{ application: "its services", healthy: false, detail: "" }]);
  });

  it("are not asked for where systemd is not the first process, or none is known", async () => {
    deepEqual(await checked("failed", { path: "/usr/lib/fleet/fleet-start" }), []);
    deepEqual(await checked("failed", { units: [] }), []);
  });
});

/** What a gate sees of a box in which `systemctl is-failed` prints that. */
function checked(
  stdout: string,
  { path = "/sbin/init", units = both }: { path?: string; units?: unknown[] } = {},
) {
  const engine = {
    exec: (_box: string, command: readonly string[]): Promise<DockerAnswer> => {
      deepEqual(command, ["systemctl", "is-failed", "smbd.service", "nmbd.service"]);
      return Promise.resolve({ exitCode: 0, stdout, stderr: "", all: stdout });
    },
  };
  const Labels = { [labels.services]: JSON.stringify(units) };
  return servicesCheck({ Id: "box", Path: path, Config: { Env: null, Labels } }, engine);
}

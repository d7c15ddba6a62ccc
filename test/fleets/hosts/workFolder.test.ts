import { deepEqual, equal } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { hostsSchema } from "../../../config/hosts.ts";
import { WorkFolder } from "../../../fleets/hosts/workFolder.ts";
import { rolesPlay } from "../../../plan/play.ts";

describe("the files of a run of Ansible on hosts", () => {
  const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
  const settings = hostsSchema.parse({ members: { web1: { address: "10.0.0.6", hostKey } } });

  it("have a play of its roles, and are gone after it", () => {
    const folder = new WorkFolder(settings, "/project");
    try {
      const files = folder.files({ A: "1" }, { roles: ["base", "web"], variables: { port: 80 } });
      const variables = JSON.parse(readFileSync(files.variables, "utf8")) as Record<string, unknown>;
      const play = path.join(folder.folder, "play.yml");
      const { port, fleet_roles, fleet_play, base_environment } = variables;
      deepEqual(
        { port, fleet_roles, fleet_play, base_environment },
        {
          port: 80,
          fleet_roles: ["base", "web"],
          fleet_play: play,
          base_environment: { A: { __ansible_unsafe: "1" } },
        },
      );
      equal(readFileSync(play, "utf8"), rolesPlay(["base", "web"]));
    } finally {
      folder.dispose();
    }
    equal(existsSync(folder.folder), false);
  });
});

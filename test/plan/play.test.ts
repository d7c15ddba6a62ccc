import { deepEqual } from "node:assert/strict";
import { parse } from "yaml";
import { rolesPlay } from "../../plan/play.ts";

describe("the play that applies roles", () => {
  it("has them as its roles, in order, and tells modules what they are told there", () => {
    const defaults = { "ansible.builtin.reboot": { reboot_command: "/run/fleet-build/reboot" } };
    deepEqual(parse(rolesPlay(["base", "acme.platform.nginx"], defaults)), [
      {
        name: "Apply the roles in order",
        hosts: "all",
        any_errors_fatal: true,
        module_defaults: defaults,
        roles: ["base", "acme.platform.nginx"],
      },
    ]);
  });
});

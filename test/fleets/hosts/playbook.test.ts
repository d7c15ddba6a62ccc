import { deepEqual, equal } from "node:assert/strict";
import {
  healthCommand,
  playbookCommand,
  playbookRuns,
  sshArguments,
  unreachable,
} from "../../../fleets/hosts/playbook.ts";
import { playArguments } from "../../../images/play/playRun.ts";

const files = { inventory: "/work/inventory.json", variables: "/work/variables.json" };

describe("the runs of the playbook on a host", () => {
  it("are one for layers without variables of their own, and keep the others' to themselves", () => {
    deepEqual(
      playbookRuns([
        { roles: ["base"], variables: {} },
        { roles: [], variables: {} },
        { roles: ["python"], variables: {} },
        { roles: ["tuned"], variables: { level: 2 } },
        { roles: ["catalog", "orders"], variables: {} },
      ]),
      [
        { roles: ["base", "python"], variables: {} },
        { roles: ["tuned"], variables: { level: 2 } },
        { roles: ["catalog", "orders"], variables: {} },
      ],
    );
  });

  it("are those of layers' own playbooks where they stand, each by itself", () => {
    const play = { playbook: "infra/site.yml", groups: ["web"] };
    deepEqual(
      playbookRuns([
        { roles: ["base"], variables: {} },
        { layer: "web", play, roles: [], variables: {} },
        { roles: ["catalog"], variables: {} },
      ]),
      [
        { roles: ["base"], variables: {} },
        { layer: "web", play, roles: [], variables: {} },
        { roles: ["catalog"], variables: {} },
      ],
    );
    const own = playArguments({ ...play, inventory: "infra/hosts", tags: ["a", "b"] }, "/project", {
      host: "web1",
      passwordFile: "/work/password",
    });
    deepEqual(
      playbookCommand(
        "/project/infra/site.yml",
        "web1",
        { ...files, groups: "/work/groups.json" },
        false,
        own,
      ),
      [
        ...["ansible-playbook", "--inventory", "/project/infra/hosts", "--limit", "web1", "--tags", "a,b"],
        ...["--vault-password-file", "/work/password", "--inventory", "/work/inventory.json"],
        ...[
          "--inventory",
          "/work/groups.json",
          "--extra-vars",
          "@/work/variables.json",
          "/project/infra/site.yml",
        ],
      ],
    );
  });

  it("have this command line", () => {
    const line = [
      "ansible-playbook",
      "--inventory",
      "/work/inventory.json",
      "--limit",
      "web1",
      "--extra-vars",
    ];
    const rest = ["@/work/variables.json"];
    deepEqual(playbookCommand("site.yml", "web1", files, false), [...line, ...rest, "site.yml"]);
    deepEqual(playbookCommand("site.yml", "web1", files, true), [
      ...line,
      ...rest,
      "--check",
      "--diff",
      "site.yml",
    ]);
  });
});

describe("the health of a host that no edge checks", () => {
  it("is asked for on the host itself", () => {
    deepEqual(healthCommand("web1", files, { port: 8081, health: "/healthz" }), [
      ...["ansible", "web1", "--inventory", "/work/inventory.json", "--extra-vars", "@/work/variables.json"],
      ...["--module-name", "ansible.builtin.uri", "--args"],
      '{"url":"http://127.0.0.1:8081/healthz","status_code":200,"timeout":5}',
    ]);
  });

  it("is asked for by the application's host name, and has its status", () => {
    const check = { port: 8081, health: "/up", healthHost: "shop.example", healthStatus: 302 };
    deepEqual(JSON.parse(healthCommand("web1", files, check).at(-1) ?? ""), {
      ...{ url: "http://127.0.0.1:8081/up", status_code: 302, timeout: 5, follow_redirects: "none" },
      headers: { Host: "shop.example" },
    });
  });
});

describe("the options of ssh", () => {
  it("verify host keys first of all, by the given file or the user's own", () => {
    const [first, ...others] = sshArguments("/work/known_hosts").split(" -o ");
    equal(first, "-o 'StrictHostKeyChecking=yes'");
    deepEqual(others.slice(0, 3), [
      `'UserKnownHostsFile="/work/known_hosts"'`,
      "'GlobalKnownHostsFile=/dev/null'",
      "'BatchMode=yes'",
    ]);
    equal(sshArguments(undefined).includes("KnownHostsFile"), false);
  });
});

describe("a host that was not reached", () => {
  it("is told with ssh's reason, on one line", () => {
    const output = `TASK [Gathering Facts] ***
fatal: [web1]: UNREACHABLE! => 
    changed: false
    msg: |-
        Failed to connect to the host via ssh: No ED25519 host key is known
        Host key verification failed.
    unreachable: true
`;
    equal(
      unreachable(output),
      "Failed to connect to the host via ssh: No ED25519 host key is known Host key verification failed.",
    );
    equal(
      unreachable(
        "fatal: [web1]: UNREACHABLE! => \n    changed: false\n    msg: 'timed out'\n    unreachable: true\n",
      ),
      "timed out",
    );
  });

  it("is told from one whose task failed", () => {
    equal(unreachable("fatal: [web1]: FAILED! => \n    msg: no\n    rc: 1\n"), undefined);
  });
});

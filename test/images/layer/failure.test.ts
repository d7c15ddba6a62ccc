import { deepEqual, equal } from "node:assert/strict";
import { failedTask, maySucceedOtherwise } from "../../../images/layer/failure.ts";
import { failedRole } from "../../../images/layer/packer.ts";

/** What Ansible prints of a task, in its own form and in that of Packer's log. */
function printed(name: string, ...lines: string[]): string[] {
  const text = ["", `TASK [${name}] ${"*".repeat(20)}`, ...lines];
  const byPacker = text.flatMap((line, index) => [
    `==> docker.ansible:${line === "" ? "" : " "}${line}`,
    ...(index === 2 ? ['== packer goes on, at "x" (5.1 s)'] : []),
  ]);
  return [text, byPacker].map((each) => `${each.join("\n")}\n`);
}

const fatal = "fatal: [default]: FAILED! => ";
const undefinedVariable = printed(
  "web : configure",
  fatal,
  "    msg: |-",
  "        The task includes an option with an undefined variable.. 'nginx_port' is undefined",
  "",
  "        The error appears to be in '/project/main.yml': line 4, column 7, but may",
  "        be elsewhere in the file depending on the exact syntax problem.",
  "",
  "NO MORE HOSTS LEFT ****",
);
const condition = printed(
  "web : decide",
  fatal,
  "    msg: |-",
  "        The conditional check 'a.b == 1' failed. The error was: 'dict object' has no attribute 'b'",
);
const modprobe = printed(
  "web : load",
  fatal,
  "    changed: false",
  "    cmd: modprobe dummy",
  "    msg: '[Errno 2] No such file or directory: b''modprobe'''",
  "    rc: 2",
);
const download = printed(
  "web : download",
  fatal,
  "    changed: false",
  "    dest: /tmp/web.tgz",
  "    msg: 'Request failed: <urlopen error [Errno -3] Temporary failure in name resolution>'",
  "    url: https://downloads.example.com/web.tgz",
);
const ownService = printed(
  "web : wait",
  fatal,
  "    msg: 'Status code was -1 and not [200]: Request failed: <urlopen error [Errno 111] Connection refused>'",
  "    url: http://localhost:8080/",
);
const service = printed(
  "web : start",
  fatal,
  "    msg: |-",
  "        Unable to start service web: Job for web.service failed because the control process exited with error code.",
  `        See "systemctl status web.service" and "journalctl -xeu web.service" for details.`,
  "",
  "PLAY RECAP ****",
  "unit other.service: no room",
  "unit web.service: starts",
  "unit web.service: cannot bind to 10.0.0.1: no such address",
);
const item = printed(
  "web : try all",
  "changed: [default] => (item=0)",
  "failed: [default] (item=3) => ",
  "    ansible_loop_var: item",
  "    cmd:",
  "    - sh",
  "    - -c",
  "    msg: non-zero return code",
  "    rc: 3",
  "    stderr: |-",
  "        first line",
  "        second line",
);
const ignored = printed("web : may fail", fatal, "    msg: never mind", "...ignoring");
const rescued = printed("web : may fail, too", fatal, "    msg: never mind either");
const missing = printed(
  "web : copy",
  fatal,
  "    msg: |-",
  "        Could not find or access 'nothing'",
  "        Searched in:",
  "                /project/files/nothing on the Ansible Controller.",
);
const json = printed("web : copy", 'fatal: [default]: FAILED! => {"changed": false, "msg": "no room"}');

describe("a failure of a layer", () => {
  for (const [what, outputs, expected] of [
    [
      "an undefined variable",
      undefinedVariable,
      {
        name: "web : configure",
        said: "The task includes an option with an undefined variable: 'nginx_port' is undefined",
        kind: "undefined",
      },
    ],
    [
      "an undefined attribute in a condition",
      condition,
      {
        name: "web : decide",
        said: "The conditional check 'a.b == 1' failed. The error was: 'dict object' has no attribute 'b'",
        kind: "undefined",
      },
    ],
    [
      "what needs a kernel",
      modprobe,
      { name: "web : load", said: "[Errno 2] No such file or directory: b'modprobe'", kind: "kernel" },
    ],
    [
      "a host that is not reached",
      download,
      {
        name: "web : download",
        said: "Request failed: <urlopen error [Errno -3] Temporary failure in name resolution>",
        kind: "network",
      },
    ],
    [
      "a service of the role's own that does not answer",
      ownService,
      {
        name: "web : wait",
        said: "Status code was -1 and not [200]: Request failed: <urlopen error [Errno 111] Connection refused>",
        kind: "other",
      },
    ],
    [
      "a service that does not start, by its own words",
      service,
      {
        name: "web : start",
        said: "Unable to start service web: Job for web.service failed because the control process exited with error code. It said: starts cannot bind to 10.0.0.1: no such address",
        kind: "other",
      },
    ],
    ["an item of a loop", item, { name: "web : try all", said: "first line second line", kind: "other" }],
    [
      "a file that the controller has not",
      missing,
      {
        name: "web : copy",
        said: "Could not find or access 'nothing' Searched in: /project/files/nothing on the Ansible Controller.",
        kind: "mistake",
      },
    ],
    ["a result in JSON", json, { name: "web : copy", said: "no room", kind: "other" }],
  ] as const) {
    it(`is read from Ansible's output: ${what}`, () => {
      for (const output of outputs) deepEqual(failedTask(output), expected);
    });
  }

  it("is not what a role lets pass or rescues", () => {
    for (const index of [0, 1]) {
      equal(failedTask(ignored[index] ?? ""), undefined);
      const all = [rescued, ignored, modprobe, ignored].map((each) => each[index]).join("");
      equal(failedTask(all)?.name, "web : load");
    }
    const recap = "default : ok=3 changed=1 unreachable=0 failed=0 skipped=0 rescued=1 ignored=0\n";
    equal(failedTask(`${rescued[0]}\nPLAY RECAP ****\n${recap}`), undefined);
    equal(failedTask("TASK [web : fine] ***\nok: [default]\n"), undefined);
  });

  it("is built again by another strategy only where that may help", () => {
    for (const outputs of [undefinedVariable, condition, missing, download, service])
      for (const output of outputs) equal(maySucceedOtherwise(output), false);
    for (const outputs of [modprobe, item, json, ownService])
      for (const output of outputs) equal(maySucceedOtherwise(output), true);
    equal(maySucceedOtherwise("==> docker.ansible: ERROR! the role 'nope' was not found in roles\n"), false);
    equal(maySucceedOtherwise("==> docker.ansible: Container ID: 1\n"), true);
  });

  it("is told with what was said, and a kernel is named only where one is likely needed", () => {
    const told = [undefinedVariable, modprobe, download, item].map((outputs) =>
      failedRole("web", failedTask(outputs[1] ?? ""), "base.web"),
    );
    deepEqual(told, [
      `layers.web.variables: expected a value for every variable of "web : configure" in base.web, got: The task includes an option with an undefined variable: 'nginx_port' is undefined; set it there, or in the defaults of the role`,
      `layers.web: expected every task to succeed, got a failure of "web : load" in base.web: [Errno 2] No such file or directory: b'modprobe'; if it needs a kernel of its own, put it into a layer with machineOnly: true`,
      `layers.web: expected every task to succeed, got a failure of "web : download" in base.web: Request failed: <urlopen error [Errno -3] Temporary failure in name resolution>; let the build reach what it asks for, or name another place by the variables of the role`,
      `layers.web: expected every task to succeed, got a failure of "web : try all" in base.web: first line second line; correct the role, or what it is told by variables`,
    ]);
  });
});

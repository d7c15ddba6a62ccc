import { deepEqual, equal, notEqual, throws } from "node:assert/strict";
import { chmodSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { canonicalJson } from "../../plan/digest.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { inputDigest, readInputs, type LayerInputs } from "../../plan/inputs.ts";
import { Project, recipe } from "./project.ts";

const included = "- include_role: name=common";

describe("the input digest of a layer", () => {
  let project: Project;
  const file = (name: string) => path.join(project.root, name);

  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => {
    project.dispose();
  });

  it("does not depend on times, copies of the folder or the order of writing", () => {
    const changed = project.changedBy(() => {
      utimesSync(file("apps/orders/server.py"), 1, 1);
      utimesSync(file("playbooks/roles/orders"), 1, 1);
      renameSync(file("apps/orders/server.py"), file("apps/moved"));
      renameSync(file("apps/moved"), file("apps/orders/server.py"));
    });
    deepEqual(changed, []);
    const other = new Project();
    deepEqual(other.digests(), project.digests());
    other.dispose();
  });

  for (const [what, name, layers] of [
    ["a role", "playbooks/roles/orders/tasks/main.yml", ["orders"]],
    ["a role that another depends on", "playbooks/roles/tls/tasks/main.yml", ["web"]],
    ["a role that another includes", "playbooks/roles/logging/tasks/main.yml", ["web"]],
    ["an application's file", "apps/orders/server.py", ["orders"]],
    ["the playbook", "playbooks/site.yml", ["base", "web", "orders"]],
    ["the template", "images/packer/layer/layer.pkr.hcl", ["base", "web", "orders"]],
    ["the settings of Ansible", "playbooks/ansible.cfg", ["base", "web", "orders"]],
    ["variables of groups beside the playbook", "playbooks/group_vars/all.yml", ["base", "web", "orders"]],
    ["a plugin beside the playbook", "playbooks/filter_plugins/ours.py", ["base", "web", "orders"]],
    ["what lies beside a role", "playbooks/roles/orders/README.md", []],
    ["the tests of a role", "playbooks/roles/orders/molecule/default/converge.yml", []],
    ["a file of a role, whatever its name", "playbooks/roles/orders/files/README.md", ["orders"]],
    ["an application's file, whatever its name", "apps/orders/README.md", ["orders"]],
    ["a role that no layer uses", "playbooks/roles/spare/tasks/main.yml", []],
    ["an application that no layer uses", "apps/spare/server.py", []],
    ["a compiled file", "apps/orders/server.pyc", []],
    ["a folder of compiled files", "apps/orders/__pycache__/server.py", []],
  ] as const) {
    it(`changes for ${layers.length === 0 ? "no layer" : layers.join(", ")} with ${what}`, () => {
      deepEqual(
        project.changedBy(() => {
          project.write(name, "[] # another text\n");
        }),
        layers,
      );
    });
  }

  it("changes with a new file, a removed one, a renamed one, the executable bit and a link's target", () => {
    const only = ["orders"];
    const server = file("apps/orders/server.py");
    deepEqual(
      project.changedBy(() => {
        project.write("apps/orders/new.py", "");
      }),
      only,
    );
    deepEqual(
      project.changedBy(() => {
        renameSync(file("apps/orders/new.py"), file("apps/orders/old.py"));
      }),
      only,
    );
    deepEqual(
      project.changedBy(() => {
        rmSync(file("apps/orders/old.py"));
      }),
      only,
    );
    deepEqual(
      project.changedBy(() => {
        chmodSync(server, 0o755);
      }),
      only,
    );
    deepEqual(
      project.changedBy(() => {
        chmodSync(server, 0o700);
      }),
      [],
    );
    deepEqual(
      project.changedBy(() => {
        symlinkSync("server.py", file("apps/orders/link"));
      }),
      only,
    );
    deepEqual(
      project.changedBy(() => {
        rmSync(file("apps/orders/link"));
        symlinkSync("other.py", file("apps/orders/link"));
      }),
      only,
    );
  });

  for (const [how, task] of [
    ["in one line", "- include_role: name=common tasks_from=main"],
    ["in one line, quoted", `- import_role: name="common"`],
    ["as an action", "- action: include_role name=common"],
    ["by a template", `- include_role:\n    name: "com{{ suffix }}"`],
    ["beside a key that stands twice", "- include_role: { name: common }\n  when: a\n  when: b"],
    [
      "beside tags of Ansible",
      "- include_role: { name: common }\n  vars: { a: !unsafe '{{', b: !vault '$ANSIBLE' }",
    ],
    ["after a text that goes on as far left as its key", `- set_fact:\n    a: "b \\\n    c"\n${included}`],
    [
      "after a text that ends as far left as its key",
      `- set_fact:\n    a: '{{\n      b\n    }}'\n${included}`,
    ],
    ["beside what another key has", `- debug: &said { msg: a }\n- debug: { <<: *said }\n${included}`],
    ["in a block", "- block:\n    - include_role: name=common"],
  ] as const) {
    it(`changes with a role that another names ${how}`, () => {
      project.write("playbooks/roles/common/tasks/main.yml", "[]\n");
      project.write("playbooks/roles/orders/tasks/main.yml", `${task}\n`);
      deepEqual(
        project.changedBy(() => {
          project.write("playbooks/roles/common/tasks/main.yml", "[] # another text\n");
        }),
        ["orders"],
      );
    });
  }

  it("changes with roles in the folders of roles_path, and with those that links lead to", () => {
    project.write("playbooks/ansible.cfg", "[defaults]\nroles_path = roles:../shared\n");
    project.write("shared/far/tasks/main.yml", "- include_role: name=linked\n");
    project.write("elsewhere/linked/tasks/main.yml", "[]\n");
    symlinkSync("../../elsewhere/linked", file("playbooks/roles/linked"));
    const digest = () => inputDigest(project.inputs("orders", { roles: ["far"] }), undefined);
    const first = digest();
    project.write("elsewhere/linked/tasks/main.yml", "[] # another text\n");
    const second = digest();
    project.write("shared/far/files/a", "");
    equal(new Set([first, second, digest()]).size, 3);
  });

  it("changes with what a link in a role leads to, and goes round no circle of links", () => {
    project.write("shared/part/conf", "one\n");
    project.write("playbooks/roles/orders/files/own", "");
    symlinkSync("../../../../shared/part", file("playbooks/roles/orders/files/part"));
    symlinkSync("../../playbooks/roles/orders/files", file("shared/part/back"));
    symlinkSync("..", file("playbooks/roles/orders/files/up"));
    deepEqual(
      project.changedBy(() => {
        project.write("shared/part/conf", "another\n");
      }),
      ["orders"],
    );
  });

  it("changes with a role in a collection, a role of the same collection that it names, and the collection's plugins", () => {
    const collection = "playbooks/collections/ansible_collections/acme/platform";
    project.write(`${collection}/roles/nginx/tasks/main.yml`, "- include_role: name=shared\n");
    project.write(`${collection}/roles/shared/tasks/main.yml`, "[]\n");
    project.write(`${collection}/roles/spare/tasks/main.yml`, "[]\n");
    project.write(`${collection}/plugins/filter/ours.py`, "");
    const digest = () => inputDigest(project.inputs("orders", { roles: ["acme.platform.nginx"] }), undefined);
    const digests = [digest()];
    for (const part of ["roles/nginx/tasks/main.yml", "roles/shared/files/a", "plugins/filter/ours.py"]) {
      project.write(
        `${collection}/${part}`,
        part === "roles/nginx/tasks/main.yml" ? "- include_role: name=shared # \n" : "a",
      );
      digests.push(digest());
    }
    equal(new Set(digests).size, 4);
    project.write(`${collection}/roles/spare/tasks/main.yml`, "[] # another text\n");
    equal(digest(), digests.at(-1));
  });

  it("reads bytes, not texts", () => {
    project.write("apps/orders/data", Buffer.from([0xff]));
    deepEqual(
      project.changedBy(() => {
        project.write("apps/orders/data", Buffer.from([0xfe]));
      }),
      ["orders"],
    );
  });

  it("changes with the recipe, the tools and the parent", () => {
    const digest = (inputs: LayerInputs, parent = "sha256:parent") => inputDigest(inputs, parent);
    const before = digest(project.inputs("orders"));
    for (const after of [
      digest(project.inputs("orders", { variables: { orders_port: 1 } })),
      digest(project.inputs("orders", { roles: ["orders", "base"] })),
      digest(project.inputs("orders", { files: [] })),
      digest(project.inputs("orders", {}, { packer: "2" })),
      digest(project.inputs("orders"), "sha256:other"),
      inputDigest(project.inputs("orders"), undefined),
    ])
      notEqual(after, before);
  });

  it("changes with packages, their repositories and, where packages are made, the packager; never with a password", () => {
    const tools = { packer: "1", nfpm: "1" };
    const repository = (url: string, password: string) => ({
      team: { yum: { url }, username: "build", password },
    });
    const digest = (
      packages: LayerRecipe["packages"],
      used = tools,
      repositories = repository("https://a", "${secret:x}"),
    ) => inputDigest(readInputs(project.root, "orders", recipe({ packages }), used, repositories), undefined);
    const made = { orders: { source: "apps/orders" } };
    const pinned = { orders: { version: "1" } };
    const newer = { ...tools, nfpm: "2" };
    notEqual(digest(made), digest({}));
    notEqual(digest(made), digest(made, newer));
    equal(digest(pinned), digest(pinned, newer));
    equal(digest({}), digest({}, newer));
    notEqual(digest(pinned), digest({ orders: { version: "2" } }));
    notEqual(digest(pinned), digest(pinned, tools, repository("https://b", "${secret:x}")));
    equal(digest(pinned), digest(pinned, tools, repository("https://a", "${secret:y}")));
    equal(digest(made), digest(made, tools, repository("https://b", "${secret:x}")));
  });

  it("depends on the order of roles, but not on that of variables", () => {
    const digest = (changed: Parameters<Project["inputs"]>[1]) =>
      inputDigest(project.inputs("orders", changed), undefined);
    notEqual(digest({ roles: ["orders", "base"] }), digest({ roles: ["base", "orders"] }));
    equal(
      digest({ variables: { a: 1, b: { c: 2, d: 3 } } }),
      digest({ variables: { b: { d: 3, c: 2 }, a: 1 } }),
    );
  });

  it("names a file that is not there and a role that is no YAML", () => {
    throws(() => project.inputs("orders", { files: ["apps/gone"] }), /ENOENT.*apps\/gone/);
    project.write("playbooks/roles/orders/tasks/main.yml", "- a: [\n");
    throws(
      () => project.inputs("orders"),
      /roles\/orders\/tasks\/main\.yml: expected YAML, got a fault: .*; correct the file$/,
    );
  });
});

describe("canonical JSON", () => {
  it("is one text for equal values, whatever the order of their keys, and reads back as the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        equal(canonicalJson(reversed(value)), text);
        equal(text, canonicalJson(JSON.parse(text)));
        deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

/** The same value with the keys of its maps in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

import { deepEqual, equal, throws } from "node:assert/strict";
import { withApplication, type ProjectTexts } from "../../../operations/new/proposal.ts";

const before: ProjectTexts = {
  topology: [
    "name: shop",
    "config:",
    "  layers:",
    "    value:",
    "      rocky: { from: { archive: rocky.tar } }",
    "  applications:",
    "    value:",
    "      site: { layer: site, port: 8080, public: true }",
    "  accessories:",
    "    value:",
    "      cache: { layer: cache, port: 8081 }",
    "  fleets:",
    "    value:",
    "      web: { applications: [site] }",
    "",
  ].join("\n"),
  stack: [
    "config:",
    "  shop:environment:",
    "    hosts:",
    "      site: [www.shop.example.com]",
    "    fleets:",
    "      web: { boxes: 1, memory: 1 GiB }",
    "",
  ].join("\n"),
  roles: ["apache", "packages"],
  uids: [881, 950],
};

const stack = "dev";

describe("a new application", () => {
  it("has a layer on that of its kind, or on the base, a fleet, and a host name beside the others", () => {
    const made = withApplication({ name: "order-history", kind: "python", stack }, before);
    equal(
      made.topology,
      before.topology
        .replace(
          "rocky.tar } }\n",
          "rocky.tar } }\n      order-history: { on: rocky, roles: [order-history], packages: { order-history: { source: apps/order-history } } }\n",
        )
        .replace(
          "public: true }\n",
          "public: true }\n      order-history: { layer: order-history, port: 8082, public: true }\n",
        )
        .replace("[site] }\n", "[site] }\n      order-history: { applications: [order-history] }\n"),
    );
    equal(
      made.stack,
      before.stack
        .replace("example.com]\n", "example.com]\n      order-history: [order-history.shop.example.com]\n")
        .replace("1 GiB }\n", "1 GiB }\n      order-history: { boxes: 2, memory: 128 MiB }\n"),
    );
    equal(made.host, "order-history.shop.example.com");
    equal(made.port, 8082);
  });

  it("has a program, a package and a role, with a port and a user that nothing else has", () => {
    const { files } = withApplication({ name: "order-history", kind: "node", stack }, before);
    deepEqual(Object.keys(files).sort(), [
      "apps/order-history/nfpm.yaml",
      "apps/order-history/program/server.mjs",
      "playbooks/roles/order-history/defaults/main.yml",
      "playbooks/roles/order-history/handlers/main.yml",
      "playbooks/roles/order-history/meta/argument_specs.yml",
      "playbooks/roles/order-history/tasks/main.yml",
      "playbooks/roles/order-history/templates/order-history.service.j2",
    ]);
    const all = Object.values(files).join("\n");
    equal(/__[A-Z]+__/.exec(all), null);
    equal(all.includes("ExecStart=/usr/bin/node /opt/order-history/server.mjs\n"), true);
    equal(all.includes("Environment=ORDER_HISTORY_PORT={{ order_history_port }}\n"), true);
    equal(
      files["playbooks/roles/order-history/defaults/main.yml"]?.endsWith(
        "order_history_port: 8082\n\n# Fixed, so that every box agrees about it.\norder_history_uid: 951\norder_history_gid: 951\n",
      ),
      true,
    );
  });

  it("brings the layer below where only its role is there, and is asked by the web tier that is asked for all", () => {
    const all = { ...before, stack: before.stack.replace("site:", "other:") };
    const { topology } = withApplication({ name: "docs", kind: "static", port: 9000, stack }, all);
    equal(topology.includes("      apache: { on: rocky, roles: [apache] }\n      docs: { on: apache,"), true);
    equal(topology.includes("      docs: { layer: docs, port: 9000 }\n"), true);
  });

  it("may be an existing image, without a file", () => {
    const image = `example.org/shop:1@sha256:${"a".repeat(64)}`;
    const made = withApplication({ name: "shop", kind: "image", image, port: 3000, stack }, before);
    deepEqual(made.files, {});
    equal(made.topology.includes(`      shop: { image: ${image}, port: 3000, public: true }\n`), true);
  });

  it("is refused with all that is wrong", () => {
    const message = (lines: string[]) =>
      [
        `The configuration has ${lines.length} problem${lines.length === 1 ? "" : "s"}; nothing was created or changed:`,
        ...lines,
      ].join("\n");
    const refused = (name: string, on: string | undefined, lines: string[], texts = before) => {
      const wish = { name, kind: "static" as const, stack, ...(on !== undefined && { on }) };
      throws(() => withApplication(wish, texts), { message: message(lines) });
    };
    refused("site", "rock", [
      "applications.site: expected a name that nothing has, got one that Pulumi.yaml has; name it otherwise",
      "--on: expected a layer of Pulumi.yaml, got rock; did you mean rocky?",
    ]);
    refused(
      "mail",
      undefined,
      [
        "NAME: expected lower-case letters, digits and dashes, at most 31, that no user of a Debian system is called, got mail; name it otherwise",
        "--kind: expected a layer or role named apache, on which static sites stand, got none; name the layer with --on",
      ],
      { ...before, roles: [] },
    );
  });
});

import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { located } from "../../config/read/located.ts";
import { formatPath } from "../../config/shape.ts";

const project = {
  name: "Pulumi.yaml",
  text: `name: shop
config:
  layers:
    value:
      base: { from: { mirror: {} } }
      web:
        on: base
        roles: [web,
          other]
  fleets:
    value: { web: { applications: [web] } }
`,
};
const stack = {
  name: "Pulumi.dev.yaml",
  text: `config:
  aws:region: eu-central-1
  shop:environment:
    hosts:
      # Names have dots.
      web: [shop.example]
      web.shop:
        - a.example
        - b.example
    fleets:
      web:
        boxes: two
  accessories: { db: { layer: none } }
  shop:fleets: { web: { applications: [wbe] } }
`,
};

const places = (...paths: string[]) =>
  located(
    paths.map((path) => ({ path, expected: "", got: "", fix: "" })),
    project,
    stack,
  ).map(({ path }) => path);

describe("a problem of the configuration", () => {
  it("says in which file and line it is", () => {
    deepEqual(
      places("layers.web.roles[1]", "environment.fleets.web.boxes", "environment.hosts.web.shop[1]"),
      [
        "Pulumi.yaml:9: layers.web.roles[1]",
        "Pulumi.dev.yaml:12: environment.fleets.web.boxes",
        "Pulumi.dev.yaml:9: environment.hosts.web.shop[1]",
      ],
    );
  });

  it("is in the stack's own file where both have the key", () => {
    deepEqual(places("fleets.web.applications[0]"), ["Pulumi.dev.yaml:14: fleets.web.applications[0]"]);
  });

  it("is found where a stack's key has no project before it", () => {
    deepEqual(places("accessories.db.layer"), ["Pulumi.dev.yaml:13: accessories.db.layer"]);
  });

  it("is where the part stands that a missing one belongs into, else in no file", () => {
    deepEqual(places("layers.web.onn.x", "layers.none", "applications", "", "images.lock.yaml"), [
      "Pulumi.yaml:6: layers.web.onn.x",
      "Pulumi.yaml:3: layers.none",
      "applications",
      "",
      "images.lock.yaml",
    ]);
  });

  it("is in no file that is no YAML, or has nothing", () => {
    for (const text of ["", "- a\n- b\n", "config: [", "config:\n", "a: b: c\n\t"])
      equal(
        located([{ path: "x", expected: "", got: "", fix: "" }], { ...project, text }, { ...stack, text })[0]
          ?.path,
        "x",
      );
  });

  it("is found wherever it is, whatever the keys are", () => {
    const key = fc.stringMatching(/^([a-z][a-z0-9-]{0,8}|\*\.[a-z]{1,4}\.example)$/);
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
        fc.dictionary(key, tie("node"), { minKeys: 1, maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(
        fc.dictionary(key, tree, { minKeys: 1 }),
        fc.infiniteStream(fc.nat()),
        (written, choices) => {
          const [path, leaf] = someLeaf(written, choices);
          // A value that stands nowhere else.
          const text = stringify({ config: { "shop:environment": withLeaf(written, path, "here") } });
          const [found] = located(
            [{ path: `environment.${formatPath(path)}`, expected: "", got: "", fix: "" }],
            project,
            { ...stack, text },
          );
          const line = Number(/^Pulumi\.dev\.yaml:(\d+): /.exec(found?.path ?? "")?.[1]);
          const lines = text.split("\n");
          ok(leaf !== undefined && lines[line - 1]?.endsWith("here"), `${found?.path}\n${text}`);
        },
      ),
    );
  });
});

/** The path of one of a tree's leaves. */
function someLeaf(tree: unknown, choices: Iterator<number>): [(string | number)[], unknown] {
  if (typeof tree !== "object" || tree === null) return [[], tree];
  const keys = Array.isArray(tree) ? [...tree.keys()] : Object.keys(tree);
  const key = keys[Number(choices.next().value) % keys.length];
  if (key === undefined) return [[], tree];
  const [rest, leaf] = someLeaf((tree as Record<string | number, unknown>)[key], choices);
  return [[key, ...rest], leaf];
}

function withLeaf(tree: unknown, path: readonly (string | number)[], leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const copy = structuredClone(tree) as Record<string | number, unknown>;
  copy[key] = withLeaf(copy[key], rest, leaf);
  return copy;
}

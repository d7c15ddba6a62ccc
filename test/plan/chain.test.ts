import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import type { LayerRecipe } from "../../config/schema.ts";
import { chainId, composeChain, lineage, placeLayers } from "../../plan/chain.ts";

const recipe = (on?: string, machineOnly = false): LayerRecipe => ({
  ...(on === undefined ? { from: { mirror: { suite: "bookworm", packages: [], sources: [] } } } : { on }),
  roles: [],
  variables: {},
  files: [],
  machineOnly,
});

const layers = {
  base: recipe(),
  machine: recipe("base", true),
  python: recipe("base"),
  apache: recipe("base"),
  site: recipe("apache"),
  catalog: recipe("python"),
  orders: recipe("python"),
  driver: recipe("python", true),
};

/** Trees of layers with one base; some of the others are for machines only. */
const trees = fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 1, maxLength: 12 }).map((nodes) => {
  const tree: Record<string, LayerRecipe> = { root: recipe() };
  for (const [pick, machineOnly] of nodes) {
    const below = Object.keys(tree).filter((name) => tree[name]?.machineOnly === false);
    const index = Object.keys(tree).length;
    tree[`layer-${index}`] = recipe(below[pick % below.length], machineOnly);
  }
  return tree;
});
const treesAndTops = trees.chain((tree) => {
  const names = Object.keys(tree).filter((name) => tree[name]?.machineOnly === false);
  return fc.tuple(fc.constant(tree), fc.shuffledSubarray(names, { minLength: 1 }));
});
const forms = fc.constantFrom("container" as const, "machine" as const);

describe("the chain of layers of an image", () => {
  it("is what the top layer stands on, base first", () => {
    deepEqual(composeChain(layers, ["catalog"], "container"), ["base", "python", "catalog"]);
  });

  it("of several tops has each layer once, lower ones first, equals by name", () => {
    const chain = ["base", "apache", "python", "catalog", "orders", "site"];
    deepEqual(composeChain(layers, ["site", "orders", "catalog"], "container"), chain);
  });

  it("of a machine has the machine-only layers of what it stands on, before others of their height", () => {
    const chain = ["base", "machine", "python", "driver", "catalog"];
    deepEqual(composeChain(layers, ["catalog"], "machine"), chain);
    deepEqual(composeChain(layers, ["site"], "machine"), ["base", "machine", "apache", "site"]);
  });

  it("has one base", () => {
    const two = { ...layers, other: recipe() };
    throws(() => composeChain(two, ["catalog", "other"], "container"), {
      message: "expected one base below catalog, other, got base, other",
    });
  });

  it("follows from the set of its tops, whatever their order", () => {
    fc.assert(
      fc.property(treesAndTops, forms, fc.func(fc.integer()), ([tree, tops], form, key) => {
        const shuffled = [...tops, ...tops].sort((a, b) => key(a) - key(b));
        const reordered = Object.fromEntries(Object.entries(tree).reverse());
        deepEqual(composeChain(reordered, shuffled, form), composeChain(tree, tops, form));
      }),
    );
  });

  it("has every layer once, after the one it stands on", () => {
    fc.assert(
      fc.property(treesAndTops, forms, ([tree, tops], form) => {
        const chain = composeChain(tree, tops, form);
        equal(new Set(chain).size, chain.length);
        for (const name of chain) {
          const below = tree[name]?.on;
          if (below !== undefined) equal(chain.indexOf(below) < chain.indexOf(name), true, chain.join());
        }
        for (const top of tops)
          equal(
            lineage(tree, top).every((name) => chain.includes(name)),
            true,
          );
      }),
    );
  });

  it("of a container has no machine-only layer and is otherwise that of the machine", () => {
    fc.assert(
      fc.property(treesAndTops, ([tree, tops]) => {
        const machine = composeChain(tree, tops, "machine");
        const rest = machine.filter((name) => tree[name]?.machineOnly === false);
        deepEqual(composeChain(tree, tops, "container"), rest);
      }),
    );
  });
});

describe("the places of layers", () => {
  it("are shared where chains begin alike", () => {
    const chains = [
      ["base", "python", "catalog"],
      ["base", "python", "orders"],
    ];
    deepEqual(placeLayers(chains), [
      { id: "base", layer: "base" },
      { id: "base.python", layer: "python", parent: "base" },
      { id: "base.python.catalog", layer: "catalog", parent: "base.python" },
      { id: "base.python.orders", layer: "orders", parent: "base.python" },
    ]);
  });

  it("have stable ids: other chains neither rename nor remove a place", () => {
    fc.assert(
      fc.property(treesAndTops, ([tree, tops]) => {
        const own = [composeChain(tree, tops, "container")];
        const others = tops.map((top) => composeChain(tree, [top], "container"));
        const ids = new Map(placeLayers([...others, ...own]).map((place) => [place.id, place]));
        for (const place of placeLayers(own)) deepEqual(ids.get(place.id), place);
        equal(ids.has(chainId(own[0] ?? [])), true);
      }),
    );
  });

  it("come after the places below them", () => {
    fc.assert(
      fc.property(treesAndTops, ([tree, tops]) => {
        const places = placeLayers(tops.map((top) => composeChain(tree, [top], "machine")));
        const seen = new Set<string>();
        for (const { id, parent } of places) {
          if (parent !== undefined) equal(seen.has(parent), true, id);
          equal(seen.has(id), false, id);
          seen.add(id);
        }
      }),
    );
  });
});

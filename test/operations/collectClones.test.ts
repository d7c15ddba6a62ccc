import assert from "node:assert/strict";
import fc from "fast-check";
import { claimantOf, claimReference } from "../../engine/claim.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { EngineImage } from "../../operations/collect/engine.ts";
import { engineItems } from "../../operations/collect/engineItems.ts";
import type { Item } from "../../operations/collect/item.ts";
import { planCollection } from "../../operations/collect/plan.ts";

/** Layers of each image that a clone may run, and of those that they stand on. */
const chains = { base: ["1"], shop: ["1", "2"], blog: ["1", "3"], forum: ["1", "2", "4"] } as const;
type Name = keyof typeof chains;
const names = Object.keys(chains) as Name[];
const owners = ["0123456789ab", "ba9876543210"] as const;
const now = new Date("2026-01-10T00:00:00Z");
const made = "2026-01-01T00:00:00Z";
const digestOf = (name: string) => Buffer.from(name).toString("hex").padEnd(64, "0");

/** What two clones do on one engine; a collection looks first, and removes later what it has seen. */
type Step = { who: 0 | 1 } & (
  { what: "up"; image: Name } | { what: "destroy" } | { what: "look" } | { what: "remove" }
);

const who = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ who, what: fc.constant("up" as const), image: fc.constantFrom(...names) }),
  fc.record({ who, what: fc.constantFrom("destroy" as const, "look" as const, "remove" as const) }),
);

/** As much of an engine as has images with names, and boxes. */
class Engine {
  readonly tags = new Map<Name, Set<string>>();
  /** What each clone runs. */
  readonly boxes: [Name | undefined, Name | undefined] = [undefined, undefined];
  /** What the newest release of each has. */
  readonly released: [Name | undefined, Name | undefined] = [undefined, undefined];
  readonly #seen: [Item[], Item[]] = [[], []];

  do(step: Step): void {
    const { who } = step;
    if (step.what === "up") this.#up(who, step.image);
    else if (step.what === "destroy") this.boxes[who] = undefined;
    else if (step.what === "look") this.#seen[who] = this.#look(who);
    else for (const item of this.#seen[who].splice(0)) this.#remove(item, owners[who]);
  }

  /** Finds what is there, and builds the rest; both are claimed. */
  #up(who: 0 | 1, image: Name): void {
    for (const each of below(image)) {
      const tags = this.tags.get(each) ?? new Set([`immutable-fleets/${each}:${digestOf(each)}`]);
      tags.add(claimReference(owners[who], each, digestOf(each)));
      this.tags.set(each, tags);
    }
    this.boxes[who] = this.released[who] = image;
  }

  #look(who: 0 | 1): Item[] {
    const items = engineItems(this.#facts(), { owner: owners[who], unmarked: false });
    // Of one user: each clone knows of the other's releases.
    const references = new Set(this.released.flatMap((image) => image ?? []));
    return planCollection(items, { references, minimumAgeSeconds: 86_400, now }).remove;
  }

  /** As removeItem does: by its names, unless a box or somebody else has come to use it. */
  #remove({ kind, id }: Item, owner: string): void {
    if (kind === "name") for (const tags of this.tags.values()) tags.delete(id);
    const tags = this.tags.get(id as Name);
    const others = [...(tags ?? [])].flatMap((tag) => claimantOf(tag) ?? []).filter((each) => each !== owner);
    if (kind === "image" && !this.boxes.includes(id as Name) && others.length === 0)
      this.tags.delete(id as Name);
  }

  #facts(): { images: EngineImage[]; containers: ContainerFacts[] } {
    const images = [...this.tags].map(([Id, tags]): EngineImage => ({
      ...{ Id, RepoTags: [...tags], Metadata: { LastTagTime: made }, Size: 1 },
      Config: { Labels: { "immutable-fleets.layer": Id, "immutable-fleets.input-digest": digestOf(Id) } },
      RootFS: { Layers: [...chains[Id]] },
    }));
    const containers = this.boxes.flatMap((Image, index) => (Image === undefined ? [] : [box(Image, index)]));
    return { images, containers };
  }
}

function box(Image: Name, index: number): ContainerFacts {
  return {
    ...{ Id: `box-${index}`, Name: `/box-${index}`, Image, Created: made },
    ...{ State: { Status: "running" }, Config: { Labels: { "immutable-fleets.box": "web-1" } } },
  } as unknown as ContainerFacts;
}

/** An image and all that it stands on. */
function below(image: Name | undefined): Name[] {
  if (image === undefined) return [];
  return names.filter((name) => chains[name].every((layer, index) => chains[image][index] === layer));
}

describe("two clones on one engine", () => {
  it("never remove what the other runs, or has released, whatever they do in which order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const engine = new Engine();
        for (const each of steps) {
          const other = each.who === 0 ? 1 : 0;
          const theirs = [engine.boxes[other], engine.released[other]].flatMap((image) => below(image));
          // What they have removed themselves, the next update of theirs builds again.
          const there = theirs.filter((image) => engine.tags.has(image));
          engine.do(each);
          const gone = there.filter((image) => !engine.tags.has(image));
          assert.deepEqual(gone, [], `after ${JSON.stringify(each)}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("and remove, in the end, what neither needs", () => {
    const engine = new Engine();
    const up = (who: 0 | 1, image: Name): Step => ({ who, what: "up", image });
    for (const each of [up(0, "shop"), up(1, "shop"), up(0, "blog"), up(1, "blog")]) engine.do(each);
    for (const who of [0, 1, 0] as const)
      for (const what of ["look", "remove"] as const) engine.do({ who, what });
    assert.deepEqual([...engine.tags.keys()].sort(), ["base", "blog"]);
  });
});

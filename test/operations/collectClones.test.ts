import assert from "node:assert/strict";
import fc from "fast-check";
import { claimantOf, claimReference } from "../../engine/claim.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { EngineImage } from "../../operations/collect/engine.ts";
import { engineItems, namedSince } from "../../operations/collect/engineItems.ts";
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
  /** When each was last given a name: so many milliseconds after all of this began. */
  readonly #named = new Map<Name, number>();
  #clock = 0;
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
      this.#named.set(each, ++this.#clock);
    }
    this.boxes[who] = this.released[who] = image;
  }

  #look(who: 0 | 1): Item[] {
    const items = engineItems(this.#facts(), { owner: owners[who], unmarked: false });
    // Of one user: each clone knows of the other's releases.
    const references = new Set(this.released.flatMap((image) => image ?? []));
    return planCollection(items, { references, minimumAgeSeconds: 86_400, now }).remove;
  }

  /** As removeItem does: by its names, unless a box, an update or somebody else has come to use it. */
  #remove({ kind, id, lastUsed }: Item, owner: string): void {
    const isNew = (image: Name) => namedSince(this.#metadata(image), lastUsed);
    if (kind === "name")
      for (const [image, tags] of this.tags) if (tags.has(id) && !isNew(image)) tags.delete(id);
    if (kind === "image" && isNew(id as Name)) return;
    const tags = this.tags.get(id as Name);
    const others = [...(tags ?? [])].flatMap((tag) => claimantOf(tag) ?? []).filter((each) => each !== owner);
    if (kind === "image" && !this.boxes.includes(id as Name) && others.length === 0)
      this.tags.delete(id as Name);
  }

  #metadata(image: Name): { Metadata: { LastTagTime: string } } {
    const time = Date.parse(made) + (this.#named.get(image) ?? 0);
    return { Metadata: { LastTagTime: new Date(time).toISOString() } };
  }

  #facts(): { images: EngineImage[]; containers: ContainerFacts[] } {
    const images = [...this.tags].map(([Id, tags]): EngineImage => ({
      ...{ Id, RepoTags: [...tags], ...this.#metadata(Id), Size: 1 },
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
  it("never remove what they run, or have released, whatever they do in which order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const engine = new Engine();
        for (const each of steps) {
          // Their own, too: an update may run while a collection does.
          const needed = [...engine.boxes, ...engine.released].flatMap((image) => below(image));
          const there = needed.filter((image) => engine.tags.has(image));
          engine.do(each);
          const gone = there.filter((image) => !engine.tags.has(image));
          assert.deepEqual(gone, [], `after ${JSON.stringify(each)}`);
        }
      }),
      { numRuns: 3000 },
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

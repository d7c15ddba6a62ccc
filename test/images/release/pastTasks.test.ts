import { deepEqual, equal, throws } from "node:assert/strict";
import { pastTasksProblem, tasksPast } from "../../../images/release/pastTasks.ts";
import { writeRelease } from "../../../images/release/store.ts";
import type { Release } from "../../../images/release/release.ts";
import { refusePastTasks } from "../../../operations/release/pastTasks.ts";
import { release, temporaryRoot } from "./fixture.ts";

const migrated = (digest: string) => ({ irreversible: { "shop.migrate": digest } });
/** Of each another image; 2 and 4 ran a task that cannot be undone, 3 kept what it had done. */
const releases: Release[] = [
  release("dev", 1, "1"),
  { ...release("dev", 2, "2"), ...migrated("two") },
  { ...release("dev", 3, "2", "c"), ...migrated("two") },
  { ...release("dev", 4, "4"), ...migrated("four") },
  release("dev", 5, "5"),
];
const at = (number: number) => releases[number - 1]!;
const past = (running: number, wanted: Release) =>
  tasksPast(releases, running, wanted).map(({ task, release: { number } }) => [task, number]);

describe("going back past tasks that cannot be undone", () => {
  it("is seen by what ran since the release that is wanted", () => {
    deepEqual(past(5, at(4)), []);
    deepEqual(past(5, at(3)), [["shop.migrate", 4]]);
    deepEqual(past(5, at(1)), [
      ["shop.migrate", 2],
      ["shop.migrate", 4],
    ]);
    deepEqual(past(3, at(2)), []);
    deepEqual(past(3, at(1)), [["shop.migrate", 2]]);
  });

  it("is no matter of going forward, or of what never ran here", () => {
    deepEqual(past(1, at(5)), []);
    deepEqual(past(5, release("dev", 9, "f")), []);
  });

  it("is seen in an environment that takes another's releases, by their names and contents", () => {
    const own = releases.map((each) => ({
      ...each,
      environment: "prod",
      promotedFrom: `dev/${each.number}`,
    }));
    const partly = own.map(({ images, ...each }) => ({ ...each, images: { base: images["base"]! } }));
    for (const known of [own, partly])
      deepEqual(
        tasksPast(known, 5, at(3)).map(({ task, release: { number } }) => [task, number]),
        [["shop.migrate", 4]],
      );
  });

  it("is refused with the ways out", async () => {
    const { root, remove } = temporaryRoot();
    try {
      for (const each of releases) await writeRelease(root, each);
      refusePastTasks("dev", undefined, at(1), root);
      refusePastTasks("dev", at(5), at(4), root);
      throws(
        () => {
          refusePastTasks("dev", at(5), at(3), root);
        },
        new Error(pastTasksProblem("dev", tasksPast(releases, 5, at(3)))),
      );
    } finally {
      remove();
    }
    equal(
      pastTasksProblem("dev", tasksPast(releases, 5, at(3))),
      [
        "dev: expected a release after all irreversible tasks, got one before shop.migrate (dev/4, 2026-01-02T03:04Z); nothing was changed",
        "  go on instead: mend what is wrong, and npm run up -- --stack dev",
        "  or put the data back as it was before (npm run restore), and add --past-tasks",
      ].join("\n"),
    );
  });
});

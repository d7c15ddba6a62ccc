import { equal } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { writeRelease } from "../../../images/release/store.ts";
import { cameAfter, laterPromoted } from "../../../operations/release/order.ts";
import { fetchLedger } from "../../../images/ledger/fetch.ts";
import { LedgerProject } from "../../images/ledger/project.ts";
import { release, temporaryRoot } from "../../images/release/fixture.ts";

describe("who was overtaken", () => {
  it("is told by commits, also in a job's clone of one commit", async function () {
    this.timeout("20s");
    const project = await new LedgerProject().make();
    try {
      const [early, whole] = [await project.clone("--depth=1"), await project.clone()];
      const first = await project.git(early, "rev-parse", "HEAD");
      await project.merge((root) => {
        writeFileSync(path.join(root, "note.txt"), "second");
      });
      const second = await project.git(project.bare, "rev-parse", "main");
      const late = await project.clone("--depth=1");
      fetchLedger(early);
      fetchLedger(whole);
      equal(cameAfter(early, second), true, "the first one's clone, by what was merged after it");
      equal(cameAfter(whole, second), true);
      equal(cameAfter(early, first), false, "itself");
      equal(cameAfter(late, first), false, "what came before");
      equal(cameAfter(late, "0".repeat(40)), false, "a commit that nobody knows");
    } finally {
      project.remove();
    }
  });

  it("is told by the releases that were promoted", async () => {
    const { root, remove } = temporaryRoot();
    try {
      const promoted = (number: number, from: string) => ({ ...release("prod", number), promotedFrom: from });
      for (const [index, from] of ["dev/4", "dev/7"].entries())
        await writeRelease(root, promoted(index + 1, from));
      const running = promoted(2, "dev/7");
      const later = (wanted: ReturnType<typeof release>, runs?: Parameters<typeof laterPromoted>[0]) =>
        laterPromoted(runs ?? running, wanted, root);
      equal(later(release("dev", 6)), "dev/7");
      equal(later(release("dev", 10)), undefined);
      equal(later(release("dev", 7)), undefined, "itself");
      equal(later({ ...release("staging", 9), promotedFrom: "dev/6" }), "dev/7", "by way of another");
      equal(later(release("qa", 1)), undefined, "of another line");
      equal(laterPromoted(undefined, release("dev", 6), root), undefined, "nothing runs");
      // After a rollback the stack says its own number alone.
      equal(later(release("dev", 3), { environment: "prod", number: 1 }), "dev/4");
      equal(later(release("dev", 6), { environment: "prod", number: 1 }), undefined);
      equal(later(release("dev", 6), { environment: "prod", number: 9 }), undefined);
    } finally {
      remove();
    }
  });
});

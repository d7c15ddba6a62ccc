import { deepEqual, equal } from "node:assert/strict";
import { givenMode } from "../../../images/lock/mode.ts";
import { isConflict, isNotFound, refusedByLock } from "../../../images/lock/refused.ts";

describe("what the lock refuses", () => {
  it("is read from what a build printed, each once, and nothing else of the lock file's", () => {
    const line =
      "images.lock.yaml: expected other:all 1 in base.top, got 2; run npm run images without CI=true, and commit what it locks";
    const missed =
      "images.lock.yaml: expected other 3.0-1 or newer, got 1.1-1; the mirror may be behind: try again later, or take the line out";
    deepEqual(refusedByLock(`    docker.ansible: E: x\n==> docker.ansible: ${line}\n${line}\n${missed}\n`), [
      line,
    ]);
    const broken = line.replace(" in base.top", "\n      in base.top");
    deepEqual(refusedByLock(`stderr: |-\n      ${broken}\n`), [line]);
    deepEqual(refusedByLock(missed), []);
  });

  it("may be why apt found no way, in the words of apt and of Ansible", () => {
    for (const output of [
      "E: Unable to locate package ledger",
      "E: Package 'ledger' has no installation candidate",
      "msg: No package matching 'ledger' is available",
      "no available installation candidate for ledger=1",
      "E: Version '1' for 'ledger' was not found",
    ])
      deepEqual([isNotFound(output), isConflict(output)], [true, false], output);
    for (const output of [
      "The following packages have\n      unmet dependencies:",
      "E: Unable to correct problems, you have held broken packages.",
    ])
      deepEqual([isNotFound(output), isConflict(output)], [false, true], output);
    const other = "E: Sub-process /usr/bin/dpkg returned an error code (1)";
    deepEqual([isNotFound(other), isConflict(other)], [false, false]);
  });

  it("is also what it does not know, with CI=true", () => {
    equal(givenMode({ CI: "true" }), "frozen");
    equal(givenMode({ CI: "false" }), "open");
    equal(givenMode({}), "open");
  });
});

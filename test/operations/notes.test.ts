import assert from "node:assert/strict";
import fc from "fast-check";
import { dpkgPackages, versionsOf } from "../../images/proof/packages.ts";
import { changesBetween } from "../../operations/notes/packages.ts";
import { formatNotes } from "../../operations/notes/text.ts";

const versions = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.stringMatching(/^\d\.\d$/));

describe("release notes", () => {
  it("read installed packages, not removed ones", () => {
    const status = [
      "Package: curl\nStatus: install ok installed\nVersion: 7.88.1-10\nDescription: x\n Package: trap",
      "Package: wget\nStatus: deinstall ok config-files\nVersion: 1.21",
      "Package: bash\nStatus: hold ok installed\nVersion: 5.2\n",
    ].join("\n\n");
    assert.deepEqual(versionsOf(dpkgPackages(status)), { bash: "5.2", curl: "7.88.1-10" });
  });

  it("tell every difference and nothing else: applied to the one, they give the other", () => {
    fc.assert(
      fc.property(versions, versions, (before, after) => {
        const result: Record<string, string> = { ...before };
        for (const { name, before: old, after: now } of changesBetween(before, after)) {
          assert.equal(before[name], old);
          if (now === undefined) Reflect.deleteProperty(result, name);
          else result[name] = now;
        }
        assert.deepEqual(result, { ...after });
      }),
    );
  });

  it("name what was added, removed and upgraded, and count long lists of files", () => {
    const files = Array.from({ length: 30 }, (_, index) => ({ name: `/f${index}`, after: "x" }));
    const notes = {
      place: "base.python",
      before: `sha256:${"1".repeat(64)}`,
      after: `sha256:${"2".repeat(64)}`,
      packages: changesBetween({ curl: "1", wget: "1" }, { curl: "2", jq: "1" }),
      configuration: [],
      files,
    };
    const text = formatNotes("dev/1", "dev/2", [notes]);
    for (const line of [
      "- curl 1 → 2",
      "- jq 1 added",
      "- wget 1 removed",
      "- 10 more",
      "111111111111 → 222222222222",
    ])
      assert.ok(text.includes(line), line);
    assert.equal(formatNotes("a", "b", []), "# a → b\n\nThe same images.\n");
  });
});

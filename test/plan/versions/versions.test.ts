import { deepEqual, equal } from "node:assert/strict";
import { execa, execaSync } from "execa";
import fc from "fast-check";
import { compareDebianVersions } from "../../../plan/versions/debian.ts";
import { compareRpmVersions } from "../../../plan/versions/rpm.ts";

const sign = (order: number) => Math.sign(order);
const has = (program: string) => !execaSync(program, ["--version"], { reject: false }).failed;

/** Texts of few characters, so that two of them often begin alike. */
const text = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split("")), minLength: 0, maxLength });

/** Versions as dpkg takes them: upstream ones begin with a digit. */
const debianVersion = fc
  .tuple(fc.option(fc.nat(2)), fc.nat(12), text("019az.+~", 5), fc.option(text("01a.+~", 3)))
  .map(([epoch, first, rest, revision]) => {
    const own = `${epoch === null ? "" : `${epoch}:`}${first}${rest}`;
    return revision === null || revision === "" ? own : `${own}-${revision}`;
  });

const rpmVersion = fc
  .tuple(fc.option(fc.nat(2)), fc.nat(12), text("019az.+~^_", 5), text("01a.~^", 3))
  .map(([epoch, first, rest, release]) => `${epoch === null ? "" : `${epoch}:`}${first}${rest}-1${release}`);

describe("versions of packages", function () {
  this.timeout(20_000);

  it("of Debian are in the order that dpkg has them in", async function () {
    if (!has("dpkg")) {
      console.log("      skipped: dpkg: expected on PATH, got none");
      this.skip();
    }
    const pairs = fc.sample(fc.tuple(debianVersion, debianVersion), 400);
    // One shell asks dpkg for all of them; the versions are words of its standard input.
    const script = `while read -r a b; do
      if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi
    done`;
    const input = pairs.map((pair) => `${pair.join(" ")}\n`).join("");
    const { stdout } = await execa("sh", ["-c", script], { input });
    deepEqual(
      pairs.map(([a, b]) => [a, b, sign(compareDebianVersions(a, b))]),
      stdout.split("\n").map((order, index) => [...(pairs[index] ?? []), Number(order)]),
    );
  });

  it("of RPM are in the order that rpm has them in", async function () {
    if (!has("rpm")) {
      console.log("      skipped: rpm: expected on PATH, got none; apt-get install rpm");
      this.skip();
    }
    const pairs = fc.sample(fc.tuple(rpmVersion, rpmVersion), 400);
    const asked = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. "\\n")`).join(" ");
    const { stdout } = await execa("rpm", ["--eval", `%{lua:${asked}}`]);
    deepEqual(
      pairs.map(([a, b]) => [a, b, sign(compareRpmVersions(a, b))]),
      stdout
        .trim()
        .split("\n")
        .map((order, index) => [...(pairs[index] ?? []), Number(order)]),
    );
  });

  it("of either kind are in an order: equal to themselves, and the other way round seen from the other side", () => {
    for (const [compare, version] of [
      [compareDebianVersions, debianVersion],
      [compareRpmVersions, rpmVersion],
    ] as const)
      fc.assert(
        fc.property(version, version, (a, b) => {
          equal(compare(a, a), 0);
          equal(sign(compare(a, b)), 0 - sign(compare(b, a)));
        }),
      );
  });

  it("of RPM are those of rpm's own tests", () => {
    // rpm's tests/rpmvercmp.at.
    const known: [string, string, number][] = [
      ["2.0.1a", "2.0.1", 1],
      ["5.5p10", "5.5p1", 1],
      ["10xyz", "10.1xyz", -1],
      ["xyz10", "xyz10.1", -1],
      ["xyz.4", "8", -1],
      ["6.0.rc1", "6.0", 1],
      ["10b2", "10a1", 1],
      ["1.0~rc1", "1.0", -1],
      ["1.0~rc1~git123", "1.0~rc1", -1],
      ["1.0^", "1.0", 1],
      ["1.0^git1", "1.0.1", -1],
      ["1.0^git1", "1.0^20160101", -1],
      ["1.0~rc1^git1", "1.0~rc1", 1],
      ["1.0^git1~pre", "1.0^git1", -1],
    ];
    for (const [a, b, order] of known) deepEqual([a, b, sign(compareRpmVersions(a, b))], [a, b, order]);
  });
});

import { deepEqual } from "node:assert/strict";
import { changed, surroundings } from "./fixture.ts";
import { problemLines, refuses } from "./refuses.ts";

describe("the values of variables", () => {
  refuses(
    "values that no environment can have",
    [
      ["environment/fleets/shop/environment/NUL", "a\0b"],
      ["environment/fleets/shop/environment/CODED", "fleet-base64:eA=="],
      ["environment/fleets/shop/environment/LONG", "ü".repeat(65_534)],
      ["environment/applications", { orders: { environment: { HALF: "\ud83d!", LAST: "\u{1ffff}" } } }],
    ],
    [
      "environment.applications.orders.environment.HALF: expected text of characters other than NUL, got U+D83D; remove it, or encode the value (base64)",
      "environment.applications.orders.environment.LAST: expected text of characters other than NUL, got U+1FFFF; remove it, or encode the value (base64)",
      "environment.fleets.shop.environment.NUL: expected text of characters other than NUL, got U+0000; remove it, or encode the value (base64)",
      "environment.fleets.shop.environment.CODED: expected a value that does not begin with fleet-base64:, which boxes decode, got one; give the value itself",
      "environment.fleets.shop.environment.LONG: expected a variable of at most 131072 bytes with its name, got 131074; shorten it, or keep what is long elsewhere",
    ],
  );
  it("secrets that no environment can have, without a word of them", () => {
    const secretValues = { token: "hunter2\0", other: "fleet-base64:hunter2", good: "{{ $x }}" };
    deepEqual(problemLines(changed(), { ...surroundings, secretValues }), [
      "secrets.token: expected text of characters other than NUL, got U+0000; remove it, or encode the value (base64)",
      "secrets.other: expected a value that does not begin with fleet-base64:, which boxes decode, got one; give the value itself",
    ]);
  });
});

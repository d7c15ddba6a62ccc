import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { serverSlots } from "../../fleets/edge/servers.ts";

describe("the room that a backend has for boxes", () => {
  it("is at least four times the boxes, and a power of two from 16 up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (boxes) => {
        const slots = serverSlots(boxes);
        equal(slots >= boxes * 4 && slots >= 16, true);
        equal(slots < boxes * 8 || slots === 16, true);
        equal(Math.log2(slots) % 1, 0);
      }),
    );
  });

  it("seldom changes with the number of boxes", () => {
    deepEqual([1, 2, 4, 5, 8, 9].map(serverSlots), [16, 16, 16, 32, 32, 64]);
  });
});

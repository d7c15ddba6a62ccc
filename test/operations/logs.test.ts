import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseBoxes, mergeLines, parseLogLine, prefixes } from "../../operations/log/choose.ts";
import { wanted } from "./fixture/box.ts";

const boxes = [
  wanted({ id: "a", name: "catalog-1" }),
  wanted({ id: "b", name: "catalog-2" }),
  wanted({ id: "c", name: "edge", group: "edge", kind: "edge" }),
  wanted({ id: "d", name: "door", group: "door", kind: "door" }),
];
const names = (name?: string) => chooseBoxes(boxes, name).map((box) => box.name);

describe("logs", () => {
  it("are those of a fleet, of one box, or of all that print something", () => {
    assert.deepEqual(names("catalog"), ["catalog-1", "catalog-2"]);
    assert.deepEqual(names("catalog-2"), ["catalog-2"]);
    assert.deepEqual(names(), ["catalog-1", "catalog-2", "edge"]);
    assert.throws(() => names("shop"), {
      message: "FLEET: expected a fleet or box that runs here, got shop; choose one of catalog, edge",
    });
  });

  it("have prefixes of equal width", () => {
    assert.deepEqual([...prefixes(boxes.slice(1, 3)).values()], ["catalog-2 | ", "edge      | "]);
  });

  it("are merged by time, each box's own lines in their order", () => {
    const line = fc.record({
      time: fc.integer({ min: 0, max: 9 }).map((second) => `2026-01-01T00:00:0${second}Z`),
    });
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 6 }), { maxLength: 4 }), (logs) => {
        const sorted = logs.map((own, box) => ({
          prefix: `${box} `,
          lines: own
            .sort((a, b) => (a.time < b.time ? -1 : 1))
            .map(({ time }, index) => ({ time, text: `${time} ${index}` })),
        }));
        const merged = mergeLines(sorted).map((text) => text.split(" "));
        const times = merged.map(([, time = ""]) => time);
        assert.deepEqual(times, times.toSorted());
        for (const [box, { lines }] of sorted.entries())
          assert.deepEqual(
            merged.filter(([own]) => own === String(box)).map(([, , index]) => Number(index)),
            lines.map((_, index) => index),
          );
      }),
    );
  });

  it("keep what the engine says without a time", () => {
    assert.deepEqual(parseLogLine("2026-01-01T00:00:00.5Z a b"), {
      time: "2026-01-01T00:00:00.5Z",
      text: "a b",
    });
    assert.deepEqual(parseLogLine("Error response"), { time: "", text: "Error response" });
  });
});

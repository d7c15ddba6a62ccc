import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { edgePorts } from "../../plan/glue/edgePorts.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
const port = fc.option(fc.constantFrom(80, 443, 3000, 8080, 9901, 9902, 20_000, 29_999), { nil: undefined });
const applications = fc.dictionary(name, fc.record({ port }), { maxKeys: 12 });
const edge = fc.record({ tls: fc.constantFrom(undefined, {}), metrics: fc.constantFrom(undefined, {}) });

describe("the ports of the edge", () => {
  it("are those of the applications, each of its own and none of the edge's", () => {
    fc.assert(
      fc.property(applications, edge, (all, settings) => {
        const ports = edgePorts({ applications: all, edge: settings });
        const served = Object.keys(all).filter((each) => all[each]?.port !== undefined);
        deepEqual([...ports.keys()].sort(), served.sort());
        const own = [80, 9901, ...(settings.tls ? [443] : []), ...(settings.metrics ? [9902] : [])];
        equal(new Set([...ports.values(), ...own]).size, ports.size + own.length);
        for (const each of served) {
          const wanted = all[each]?.port ?? 0;
          const found = ports.get(each) ?? 0;
          ok(found === wanted || (found >= 20_000 && found < 30_000));
        }
        // Whoever is first has it, unless it is the edge's.
        for (const wanted of new Set(served.map((each) => all[each]?.port ?? 0))) {
          const first = Object.keys(all).find((each) => all[each]?.port === wanted) ?? "";
          equal(ports.get(first) === wanted, !own.includes(wanted));
        }
      }),
    );
  });

  it("are unlike each other for further ports, too, which leave those of applications as they are", () => {
    const further = fc.dictionary(name, fc.constantFrom(80, 3000, 8080, 9100, 20_000), { maxKeys: 3 });
    fc.assert(
      fc.property(applications, fc.array(further, { minLength: 12, maxLength: 12 }), (all, own) => {
        const entries = Object.entries(all).map(([each, { port: main }], index) => {
          return [each, { port: main, ports: own[index] ?? {} }] as const;
        });
        const ports = edgePorts({ applications: Object.fromEntries(entries) });
        const before = edgePorts({ applications: all });
        deepEqual([...ports].slice(0, before.size), [...before]);
        const names = entries.flatMap(([each, { ports: more }]) =>
          Object.keys(more).map((port) => `${each}.${port}`),
        );
        deepEqual([...ports.keys()].slice(before.size).sort(), names.sort());
        equal(new Set([...ports.values(), 80, 9901]).size, ports.size + 2);
      }),
    );
  });

  it("stay as they are when another application follows", () => {
    fc.assert(
      fc.property(applications, port, (all, another) => {
        const before = edgePorts({ applications: all });
        const after = edgePorts({ applications: { ...all, zzzzzzzzz: { port: another } } });
        const moved = [...before].filter(([each, at]) => after.get(each) !== at && at !== another);
        deepEqual(moved, []);
      }),
    );
  });
});

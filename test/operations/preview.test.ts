import * as assert from "node:assert/strict";
import { projectRoot } from "../../config/root.ts";
import { existingInputs } from "../../plan/inputs.ts";
import type { DiskInputs } from "../../images/machine/inputs.ts";
import type { LayerLine } from "../../operations/preview/line.ts";
import { changed, surroundings } from "../config/fixture.ts";
import { validate } from "../../config/read/validate.ts";
import { formatMarkdown } from "../../operations/preview/markdown.ts";
import { reportOf } from "../../operations/preview/report.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";
import { describeLayer, formatText } from "../../operations/preview/text.ts";

const inputs: DiskInputs = {
  places: ["base", "base.machine", "base.machine.catalog"],
  baseImages: 2,
  sizeMiB: 2048,
  volumes: {},
  tools: { disk: "1" },
};

/** The step of the command of a machine image; `triggers` unknown: its layers' image is not yet built. */
function step(
  op: PreviewStep["op"],
  before: DiskInputs | undefined,
  after: DiskInputs,
  triggers: string[] | null = ["digest"],
): PreviewStep {
  return {
    urn: "urn:pulumi:dev::fleets::fleet:index:MachineImage$command:local:Command::catalog",
    type: "command:local:Command",
    name: "catalog",
    op,
    before: before ? { stdin: JSON.stringify(before), triggers: ["before"] } : {},
    after: { stdin: JSON.stringify(after), ...(triggers && { triggers }) },
    changed: [],
  };
}

const told = (made: PreviewStep): string => formatText(reportOf("dev", [made]));

describe("the preview of layers", () => {
  it("tells an image that is there already from one that is built", () => {
    const line: LayerLine = {
      id: "base.python.catalog",
      action: "build",
      causes: [{ kind: "file", what: "apps/catalog/api.py", change: "changed" }],
    };
    assert.equal(describeLayer(line), "base.python.catalog builds: file apps/catalog/api.py changed");
    assert.equal(
      describeLayer({ ...line, found: `sha256:${"12".repeat(32)}` }),
      "base.python.catalog is found as 121212121212, without a build: file apps/catalog/api.py changed",
    );
  });
});

describe("the preview of existing images", () => {
  const shop = (version: string) => `registry.example/shop:${version}@sha256:${version}`;
  const request = (image: string) => ({
    stdin: JSON.stringify({ id: "image-shop", inputs: existingInputs(projectRoot, "image-shop", image) }),
    triggers: [image],
  });
  const taken = (before: PreviewStep["before"], after: PreviewStep["after"]): PreviewStep => ({
    ...step("replace", undefined, inputs),
    urn: "urn:pulumi:dev::fleets::fleet:index:ImageLayer$command:local:Command::image-shop",
    ...{ name: "image-shop", before, after },
  });

  it("names the one before, and the one that is taken", () => {
    const [line] = reportOf("dev", [taken(request(shop("1")), request(shop("2")))]).layers;
    assert.equal(
      line && describeLayer(line),
      `image-shop is taken as it is: image: was ${shop("1")}, now ${shop("2")}`,
    );
    const [first] = reportOf("dev", [taken({}, request(shop("1")))]).layers;
    assert.equal(first && describeLayer(first), `image-shop is taken as it is: ${shop("1")}`);
  });

  it("tells of the files that one is given, which make it an image of its own", () => {
    const given = { ...existingInputs(projectRoot, "image-shop", shop("1"), { "/etc/a": "package.json" }) };
    const after = { stdin: JSON.stringify({ id: "image-shop", inputs: given }), triggers: ["2"] };
    const [line] = reportOf("dev", [taken(request(shop("1")), after)]).layers;
    assert.equal(
      line && describeLayer(line),
      "image-shop builds: place /etc/a added, file package.json added",
    );
  });
});

describe("the preview of tasks", () => {
  const task = (
    op: PreviewStep["op"],
    after: Record<string, unknown> = { triggers: ["1"], create: "run" },
    before: Record<string, unknown> = {},
  ): PreviewStep => ({
    urn: "urn:pulumi:dev::p::fleet:index:FleetTasks$command:local:Command::orders.migrate-task",
    type: "command:local:Command",
    ...{ name: "orders.migrate-task", op, changed: [], before, after },
  });

  it("names those that run before a swap, and says when no rollback goes past them", () => {
    const irreversible = { triggers: ["1"], create: "run, irreversible" };
    const lines = (step: PreviewStep) =>
      formatText(reportOf("dev", [step]))
        .split("\n")
        .slice(1, 3);
    const runs = "  orders: task migrate runs before the swap";
    const where = "once, in a box of the new image; one that fails swaps nothing";
    const head = "Tasks before a swap";
    assert.deepEqual(lines(task("create")), [head, `${runs}, ${where}`]);
    assert.deepEqual(lines(task("replace", irreversible)), [
      head,
      `${runs}, ${where}; it is irreversible: no rollback goes past it`,
    ]);
    assert.deepEqual(lines(task("replace", { create: "run" })), [
      head,
      `${runs} if its image comes out different, ${where}`,
    ]);
    assert.deepEqual(lines(task("delete", {}, { create: "run" })), [
      head,
      "  orders: task migrate does not run: it is wanted no more, or the release ran here before",
    ]);
    assert.match(
      formatMarkdown(reportOf("dev", [task("create")]), ""),
      /\*\*Tasks before a swap\*\*\n\n- orders: task/,
    );
  });

  it("says nothing of those that have run, whatever else their box would be told", () => {
    for (const op of ["same", "update"] as const) {
      const report = reportOf("dev", [task(op)]);
      assert.deepEqual([report.changes, report.others], [false, []]);
    }
  });
});

describe("the preview of boxes", () => {
  const box = (name: string, op: PreviewStep["op"], changed: string[] = []): PreviewStep => ({
    urn: `urn:pulumi:dev::p::fleet:index:ContainerFleet$docker:index/container:Container::${name}`,
    type: "docker:index/container:Container",
    ...{
      name,
      op,
      changed,
      before: { image: "sha256:a" },
      after: { image: "sha256:a", destroyGraceSeconds: 40, memory: 512 },
    },
  });

  it("takes nothing for a swap that leaves the boxes running, and tells it all the same", () => {
    const steps = ["catalog-1", "catalog-2"].map((name) => box(name, "update", ["destroyGraceSeconds"]));
    const report = reportOf("dev", steps);
    assert.deepEqual(
      report.fleets.map(({ name, action }) => [name, action]),
      [["catalog", "keep"]],
    );
    assert.equal(report.others[0], "update docker:index/container:Container catalog-1");
    assert.equal(report.changes, true);
  });

  it("says in words what becomes of a box's log", () => {
    const [line] = reportOf("dev", [
      {
        ...box("catalog-1", "replace", ["logDriver", "logOpts"]),
        after: { logDriver: "local", logOpts: {} },
      },
    ]).fleets;
    assert.deepEqual(line?.specification, ["how its log is kept"]);
  });

  it("tells a swap by what makes new boxes", () => {
    const steps = [
      box("catalog-1", "replace", ["memory"]),
      box("catalog-2", "update", ["destroyGraceSeconds"]),
    ];
    const [line] = reportOf("dev", steps).fleets;
    assert.deepEqual([line?.action, line?.specification], ["swap", ["memory"]]);
  });
});

describe("the preview of machine images", () => {
  it("says that nothing changes", () => {
    assert.equal(
      told(step("same", inputs, inputs)),
      "dev: nothing rebuilds, nothing swaps, nothing changes\n",
    );
  });

  it("says why a disk is made", () => {
    const cases: [PreviewStep, RegExp][] = [
      [step("create", undefined, inputs), /catalog's machine image is made: not built before/],
      [
        step("replace", inputs, { ...inputs, sizeMiB: 4096 }),
        /catalog's machine image is made: disk size changed/,
      ],
      [step("replace", inputs, { ...inputs, tools: { disk: "2" } }), /is made: tool disk changed/],
      [step("replace", inputs, inputs), /is made: the image of base\.machine\.catalog changed/],
      [
        step("replace", inputs, inputs, null),
        /catalog's machine image is made if the image of base\.machine\.catalog comes out different/,
      ],
    ];
    for (const [made, text] of cases) assert.match(told(made), text);
  });
});

describe("the preview of a canary", () => {
  const container = (name: string, op: PreviewStep["op"], to?: string): PreviewStep => ({
    urn: `urn:pulumi:dev::fleets::fleet:index:ContainerFleet$docker:index/container:Container::${name}`,
    ...{ type: "docker:index/container:Container", name, op, changed: ["image"] },
    before: { image: "sha256:aaaaaaaaaaaaaaaa" },
    after: to === undefined ? {} : { image: to },
  });
  const hold: PreviewStep = {
    urn: "urn:pulumi:dev::fleets::fleet:index:ContainerFleet$command:local:Command::shop-hold",
    ...{ type: "command:local:Command", name: "shop-hold", op: "replace", changed: [] },
    ...{ before: {}, after: {} },
  };
  const { environment } = validate(
    changed(["environment/fleets/shop/swap", { canary: [10, 50, 100], bakeSeconds: 30 }]),
    surroundings,
  );
  const lines = (...steps: PreviewStep[]) =>
    formatText(reportOf("dev", steps, environment))
      .split("\n")
      .slice(2, -1);
  const steps =
    "a canary: the new ones get 10 %, then 50, 100 % of the requests, for 30 s each, and go if they are worse";

  it("says so, with its steps, of fleets that have one, on other machines too", () => {
    assert.deepEqual(lines(container("shop-1", "replace", "sha256:bbbbbbbbbbbbbbbb"), hold), [
      `  shop swaps 1 box: image aaaaaaaaaaaa → bbbbbbbbbbbb; new boxes first, the old ones after the gate; ${steps}`,
    ]);
    assert.deepEqual(lines(container("north.shop-1", "replace"), hold), [
      `  north.shop swaps 1 box if its image comes out different from aaaaaaaaaaaa; ${steps}`,
    ]);
  });

  it("says in how many turns boxes take over, where not all fit at once, and nothing of gates and room", () => {
    const turned = validate(
      changed(["environment/fleets/shop", { boxes: 5, swap: { maxSurge: 2 } }]),
      surroundings,
    ).environment;
    const commands = ["shop-room", "shop-gate-1", "shop-gate-2", "shop-gate"].map((name) => ({
      ...{ ...hold, name, urn: hold.urn.replace("shop-hold", name) },
    }));
    const all = [1, 2, 3, 4, 5].map((number) =>
      container(`shop-${number}`, "replace", "sha256:bbbbbbbbbbbbbbbb"),
    );
    assert.deepEqual(
      formatText(reportOf("dev", [...all, ...commands], turned))
        .split("\n")
        .slice(2, -1),
      [
        "  shop swaps 5 boxes: image aaaaaaaaaaaa → bbbbbbbbbbbb; new boxes first, the old ones after the gate; in 3 turns, with 2 boxes more at a time",
      ],
    );
  });

  it("says nothing of it where no box is swapped, or the fleet has none", () => {
    assert.deepEqual(lines(container("shop-1", "create", "sha256:bbbbbbbbbbbbbbbb"), hold), [
      "  shop starts 1 box: image bbbbbbbbbbbb",
    ]);
    assert.deepEqual(lines(container("orders-1", "replace", "sha256:bbbbbbbbbbbbbbbb")), [
      "  orders swaps 1 box: image aaaaaaaaaaaa → bbbbbbbbbbbb; new boxes first, the old ones after the gate",
    ]);
  });
});

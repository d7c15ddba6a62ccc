import { deepEqual } from "node:assert/strict";
import { boxesByEngine } from "../../operations/state/engines.ts";
import type { StateResource } from "../../operations/state/resource.ts";
import { wanted } from "./fixture/box.ts";

const provider = (name: string, inputs: Record<string, unknown>): StateResource => ({
  urn: `urn:${name}`,
  type: "pulumi:providers:docker",
  name,
  id: "1",
  inputs,
  outputs: {},
  provider: "",
  pendingDelete: false,
});

describe("boxes", () => {
  it("are found on the engines that the providers of the state reach", () => {
    const north = { host: "ssh://deploy@10.0.0.5:22", sshOpts: '["-o","BatchMode=yes"]' };
    const resources = [provider("north ssh://deploy@10.0.0.5:22", north), provider("default_5_2_0", {})];
    const boxes = [
      wanted({ name: "north.shop-1", provider: "urn:north ssh://deploy@10.0.0.5:22::1" }),
      wanted({ name: "shop-1", provider: "urn:default_5_2_0::1" }),
    ];
    deepEqual(
      boxesByEngine(resources, boxes).map(({ engine, boxes: own }) => [engine, own.map(({ name }) => name)]),
      [
        [
          { name: "north", url: "ssh://deploy@10.0.0.5:22", sshOptions: ["-o", "BatchMode=yes"] },
          ["north.shop-1"],
        ],
        [undefined, ["shop-1"]],
      ],
    );
  });
});

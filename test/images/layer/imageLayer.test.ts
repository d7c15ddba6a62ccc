import { deepEqual, equal, notEqual } from "node:assert/strict";
import { ImageLayer, type ImageLayerArgs } from "../../../images/layer/ImageLayer.ts";
import { inputDigest, type LayerInputs } from "../../../plan/inputs.ts";
import { made, resource } from "../../fleets/mocks.ts";

const inputs: LayerInputs = { layer: "base", roles: ["base"], variables: {}, files: {}, tools: {} };
const layers = (own: Partial<ImageLayerArgs> = {}, image = "sha256:base") =>
  made(
    (options) => {
      const base = new ImageLayer("base", { inputs, ...own }, options);
      new ImageLayer("base.shop", { inputs: { ...inputs, layer: "shop" }, parent: base, ...own }, options);
    },
    { image, services: [] },
  );

describe("a layer", () => {
  it("is built by one command, told what it is made of and nothing that varies", async () => {
    const all = await layers({ registry: { prefix: "registry.example", push: true } });
    const { inputs: command } = resource(all, "Command", "base");
    deepEqual(JSON.parse(command["stdin"] as string), {
      id: "base",
      inputs,
      epochSeconds: 1_735_689_600,
      registry: { prefix: "registry.example", push: true },
    });
    equal(command["addPreviousOutputInEnv"], false);
    equal("environment" in command, false);
  });

  it("is built anew when its input digest changes", async () => {
    const triggers = async (own: Partial<ImageLayerArgs>, name = "base") =>
      resource(await layers(own), "Command", name).inputs["triggers"];
    deepEqual(await triggers({}), [inputDigest(inputs, undefined)]);
    deepEqual(await triggers({}), await triggers({}));
    notEqual(
      JSON.stringify(await triggers({ inputs: { ...inputs, roles: [] } })),
      JSON.stringify(await triggers({})),
    );
  });

  it("stands on its parent's image by id: another one builds it anew, the same one does not", async () => {
    const upper = async (image: string) => resource(await layers({}, image), "Command", "base.shop").inputs;
    const one = await upper("sha256:one");
    deepEqual(one["environment"], { PARENT_IMAGE: "sha256:one" });
    deepEqual(one["triggers"], [inputDigest({ ...inputs, layer: "shop" }, "sha256:one")]);
    deepEqual(await upper("sha256:one"), one);
    notEqual(JSON.stringify((await upper("sha256:two"))["triggers"]), JSON.stringify(one["triggers"]));
  });

  it("has standard input that is known before its parent is built, for previews", async () => {
    const stdin = async (image: string) =>
      resource(await layers({}, image), "Command", "base.shop").inputs["stdin"];
    equal(await stdin("sha256:one"), await stdin("sha256:two"));
  });
});

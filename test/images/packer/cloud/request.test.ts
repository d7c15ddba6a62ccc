import { strict as assert } from "node:assert";
import { cloudBuild } from "../../../../images/packer/cloud/build.ts";
import {
  cloudDiskDigest,
  cloudInputDigest,
  cloudLayers,
  type CloudRequest,
} from "../../../../images/packer/cloud/request.ts";
import type { LayerInputs } from "../../../../plan/inputs.ts";

const inputs = (layer: string, variables = {}): LayerInputs => ({
  ...{ layer, roles: [layer], variables, files: {}, tools: {} },
});
const layers = [
  { place: "base", inputs: inputs("base") },
  { place: "base.catalog", inputs: inputs("catalog") },
];
const request: CloudRequest = {
  ...{ name: "catalog", region: "eu-central-1", encrypted: true, sizeMiB: 2049 },
  settings: { sourceAmi: "ami-1", user: "admin", instanceType: "t3.small" },
  layers: cloudLayers(layers, "ami-1"),
};
const digests = (...given: Parameters<typeof cloudLayers>) =>
  cloudLayers(...given).map(({ digest }) => digest);

describe("the layers of a machine image that the cloud builds", () => {
  it("have digests over all below them, down to the AMI that the base stands on", () => {
    const [base, top] = digests(layers, "ami-1");
    const changed = { place: "base.catalog", inputs: inputs("catalog", { a: 1 }) };
    const another = digests([layers[0]!, changed], "ami-1");
    assert.equal(another[0], base);
    assert.notEqual(another[1], top);
    const elsewhere = digests(layers, "ami-2");
    assert.ok(elsewhere.every((digest) => ![base, top].includes(digest)));
  });

  it("are asked for without the digests of their files, which are in the layer's own", () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [`apps/site/${n}.html`, "0".repeat(64)]),
    );
    const [layer] = cloudLayers([{ place: "base", inputs: { ...inputs("base"), files: many } }], "ami-1");
    assert.notEqual(layer?.digest, request.layers[0]?.digest);
    assert.ok(JSON.stringify(layer).length < 1000);
  });

  it("are built alike by whatever instance, in an image that is another for another size", () => {
    const larger = { ...request, settings: { ...request.settings, instanceType: "m7i.large" } };
    assert.equal(cloudInputDigest(larger), cloudInputDigest(request));
    assert.notEqual(cloudInputDigest({ ...request, sizeMiB: 4096 }), cloudInputDigest(request));
    assert.match(cloudDiskDigest(request), /^sha256:[0-9a-f]{64}$/);
  });

  it("become AMIs on one another; the last one is tagged as a published disk is", () => {
    const [base, top] = request.layers;
    const below = cloudBuild(base!, "ami-1", request);
    assert.deepEqual([below.sourceAmi, below.inputDigest, below.volumeGiB], ["ami-1", base?.digest, 3]);
    assert.equal(below.tags["immutable-fleets:disk-digest"], undefined);
    const last = cloudBuild(top!, "ami-5", request);
    assert.deepEqual([last.sourceAmi, last.inputDigest], ["ami-5", cloudInputDigest(request)]);
    assert.deepEqual(last.tags, {
      "immutable-fleets:layer-digest": top?.digest,
      "immutable-fleets:encryption": "default-key",
      "immutable-fleets:disk-digest": cloudDiskDigest(request),
    });
  });
});

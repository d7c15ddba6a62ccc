import { strict as assert } from "node:assert";
import { cloudBuild } from "../../../../images/packer/cloud/build.ts";
import {
  cloudDiskDigest,
  cloudInputDigest,
  cloudLayers,
  type CloudRequest,
} from "../../../../images/packer/cloud/request.ts";
import type { LayerInputs } from "../../../../images/plan/inputs.ts";

const inputs = (layer: string, variables = {}): LayerInputs => ({
  ...{ layer, roles: [layer], variables, files: {}, tools: {} },
});
const request: CloudRequest = {
  ...{ name: "catalog", region: "eu-central-1", encrypted: true, sizeMiB: 2049 },
  settings: { sourceAmi: "ami-1", user: "admin", instanceType: "t3.small" },
  layers: [
    { place: "base", inputs: inputs("base") },
    { place: "base.catalog", inputs: inputs("catalog") },
  ],
};
const digests = (changed: Partial<CloudRequest>) =>
  cloudLayers({ ...request, ...changed }).map(({ digest }) => digest);

describe("the layers of a machine image that the cloud builds", () => {
  it("have digests over all below them, down to the AMI that the base stands on", () => {
    const [base, top] = digests({});
    const another = digests({
      layers: [request.layers[0]!, { place: "base.catalog", inputs: inputs("catalog", { a: 1 }) }],
    });
    assert.equal(another[0], base);
    assert.notEqual(another[1], top);
    const elsewhere = digests({ settings: { ...request.settings, sourceAmi: "ami-2" } });
    assert.ok(elsewhere.every((digest) => ![base, top].includes(digest)));
  });

  it("are built alike by whatever instance, in an image that is another for another size", () => {
    const larger = { ...request, settings: { ...request.settings, instanceType: "m7i.large" } };
    assert.equal(cloudInputDigest(larger), cloudInputDigest(request));
    assert.notEqual(cloudInputDigest({ ...request, sizeMiB: 4096 }), cloudInputDigest(request));
    assert.match(cloudDiskDigest(request), /^sha256:[0-9a-f]{64}$/);
  });

  it("become AMIs on one another; the last one is tagged as a published disk is", () => {
    const [base, top] = cloudLayers(request);
    const below = cloudBuild(base!, "ami-1", request);
    assert.deepEqual([below.sourceAmi, below.inputDigest, below.volumeGiB], ["ami-1", base?.digest, 3]);
    assert.equal(below.tags?.["immutable-fleets:disk-digest"], undefined);
    const last = cloudBuild(top!, "ami-5", request);
    assert.deepEqual([last.sourceAmi, last.inputDigest], ["ami-5", cloudInputDigest(request)]);
    assert.deepEqual(last.tags, {
      "immutable-fleets:layer-digest": top?.digest,
      "immutable-fleets:encryption": "default-key",
      "immutable-fleets:disk-digest": cloudDiskDigest(request),
    });
  });
});

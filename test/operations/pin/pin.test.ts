import { deepEqual, equal, throws } from "node:assert/strict";
import { digestAs, repositoryOf } from "../../../operations/pin/digest.ts";
import { pinPlace, withPin } from "../../../operations/pin/place.ts";

const text = `name: shop   # ours
config:
  applications:
    value:
      # Bought, not made.
      shop: { image: registry.example/shop:1.3,   port: 3000 } # the door
      jobs: { of: shop, command: [work] }
      site: { layer: site, port: 8080 }
      empty: { port: 1 }
  accessories:
    value:
      redis:
        image: "redis:7@sha256:${"a".repeat(64)}"   # pinned
        port: 6379
`;

describe("the place of a pinned image", () => {
  it("is found among applications and accessories; all else in the file stays, to the byte", () => {
    deepEqual(pinPlace(text, "shop"), { path: "applications.shop", image: "registry.example/shop:1.3" });
    equal(
      withPin(text, pinPlace(text, "shop"), "registry.example/shop:1.4@sha256:b"),
      text.replace("registry.example/shop:1.3", '"registry.example/shop:1.4@sha256:b"'),
    );
    equal(
      withPin(text, pinPlace(text, "redis"), "redis:8@sha256:c"),
      text.replace(/"redis:7@.*"/, '"redis:8@sha256:c"'),
    );
  });

  it("may be new", () => {
    const written = withPin(text, pinPlace(text, "empty"), "redis:8@sha256:c");
    equal(pinPlace(written, "empty").image, "redis:8@sha256:c");
    equal(written.includes("# Bought, not made."), true);
  });

  for (const [name, problem] of [
    ["shopp", "shopp: expected an application or accessory of Pulumi.yaml, got none; did you mean shop?"],
    ["jobs", "applications.jobs: expected an image of its own, got that of shop; pin shop"],
    ["site", "applications.site: expected an image, got the layer site; remove it to run an image instead"],
  ] as const)
    it(`is none for ${name}`, () => {
      throws(() => pinPlace(text, name), { message: problem });
    });
});

describe("the digest of an image", () => {
  const digests = ["other.example/shop@sha256:1", "registry.example:5000/shop@sha256:2", "redis@sha256:3"];

  it("is that of its own registry, however engines shorten the name", () => {
    const found = (image: string) => digestAs(digests, image);
    deepEqual(
      [
        "registry.example:5000/shop:1.4",
        "registry.example:5000/shop",
        "docker.io/library/redis:7",
        "redis",
        "shop:1",
      ].map(found),
      ["sha256:2", "sha256:2", "sha256:3", "sha256:3", undefined],
    );
    equal(repositoryOf("registry.example:5000/shop"), "registry.example:5000/shop");
  });
});

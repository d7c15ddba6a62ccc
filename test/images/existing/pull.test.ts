import { equal } from "node:assert/strict";
import { pullProblem } from "../../../images/existing/pull.ts";

const digest = `sha256:${"a".repeat(64)}`;
const image = `registry.example:5000/team/shop:1.4@${digest}`;

describe("a registry that does not give an image", () => {
  const told = (reason: string, name = image) => pullProblem("shop", name, reason);

  it("is told with the login that docker itself uses", () => {
    equal(
      told(
        "Error response from daemon: Head https://registry.example:5000/v2/team/shop: no basic auth credentials\n",
      ),
      `shop: expected ${image} from its registry, got: Head https://registry.example:5000/v2/team/shop: no basic auth credentials; docker login registry.example:5000 as who may read it, or correct the name`,
    );
    equal(
      told("pull access denied for shop, repository does not exist", `shop@${digest}`),
      `shop: expected shop@${digest} from its registry, got: pull access denied for shop, repository does not exist; docker login as who may read it, or correct the name`,
    );
  });

  it("is told with what takes the present digest, where that one is gone", () => {
    equal(
      told("manifest unknown: manifest unknown"),
      `shop: expected ${image} from its registry, got: manifest unknown: manifest unknown; npm run pin -- shop registry.example:5000/team/shop:1.4 takes what is there now`,
    );
  });

  it("is told as it is, where nobody answers", () => {
    equal(
      told("dial tcp: lookup registry.example: no such host"),
      `shop: expected ${image} from its registry, got: dial tcp: lookup registry.example: no such host; run it again where the registry is reached`,
    );
  });
});

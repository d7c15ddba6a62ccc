import { equal, throws } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { edgePlan } from "../../fleets/edge/plan.ts";
import { changed, surroundings } from "../config/fixture.ts";
import { edgeOf } from "./edgeOf.ts";

/** The plan of an edge whose catalog has so many host names, of two hundred letters each, beside another public application. */
const withHosts = (count: number) => {
  const hosts = Array.from(
    { length: count },
    (_, index) => `${1000 + index}.${"abcdefghi.".repeat(19)}example`,
  );
  return edgePlan(
    edgeOf(
      validate(
        changed(
          ["environment/hosts", { catalog: hosts, orders: ["orders.example"] }],
          ["applications/orders/public", true],
        ),
        surroundings,
      ),
    ),
  );
};

describe("an edge's configuration that its box cannot be given", () => {
  it("is refused, by the host names and paths that make it long", () => {
    equal(withHosts(180).applications[0]?.hosts.length, 180);
    throws(() => withHosts(240), {
      name: "ConfigurationError",
      message:
        /^environment\.hosts: expected host names and paths that the edge's configuration has room for \(130048 bytes in all\), got 1\d{5} bytes; leave some out, or name several by \*\.example\.com$/m,
    });
  });
});

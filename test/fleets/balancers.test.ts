import { equal } from "node:assert/strict";
import { balancerFault } from "../../fleets/edge/balancers.ts";
import type { ServerState } from "../../fleets/edge/serverStates.ts";

const state = (backend: string, own: Partial<ServerState> = {}): ServerState => ({
  ...{ backend, name: "balancer-1", address: "10.20.1.5:8081", healthy: true, checked: true },
  ...{ sessions: 0, detail: "UP L7OK 200", ...own },
});
const free = (backend: string) => state(backend, { address: "", healthy: false, checked: false });

describe("the edge before load balancers", () => {
  it("goes over to them once one address of each has answered", () => {
    const states = [free("catalog"), state("catalog"), state("orders")];
    equal(balancerFault(states, ["catalog", "orders"]), undefined);
  });

  it("says which one it does not find, and what the check says of the others", () => {
    const silent = state("orders", { checked: false, detail: "DOWN L4TOUT" });
    equal(
      balancerFault([free("catalog"), free("orders"), silent], ["catalog", "orders"]),
      "catalog: its name was not found; orders: 10.20.1.5:8081, DOWN L4TOUT",
    );
  });

  it("takes no word for a check that was not yet made", () => {
    const unchecked = state("catalog", { checked: false, detail: "UP" });
    equal(balancerFault([unchecked], ["catalog"]), "catalog: 10.20.1.5:8081, UP");
  });
});

import type { EdgePlan } from "../../fleets/edge/configuration.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";

/** An internal application on a fleet of its own. */
export const application = (
  name: string,
  port: number,
  own: Partial<PlacedApplication> = {},
): PlacedApplication => ({
  name,
  fleet: name,
  port,
  health: "/healthz",
  public: false,
  hosts: [],
  ...own,
});
/** One public and one internal application. */
export const plan: EdgePlan = {
  applications: [
    application("orders", 8082, { fleet: "shop", health: "/ready?deep=1" }),
    application("site", 8080, { fleet: "web", public: true, hosts: ["www.example"] }),
  ],
  slots: { shop: 16, web: 32 },
  hosts: {},
  proxies: [],
  drainSeconds: 45,
};
export const twoPublic: EdgePlan = {
  ...plan,
  applications: [
    application("docs", 8083, { public: true }),
    application("site", 8080, { public: true, hosts: ["www.example", "example"] }),
  ],
};
/** With ports of each kind beside their own. */
export const withPorts: EdgePlan = {
  ...plan,
  applications: [
    application("orders", 8082, {
      fleet: "shop",
      ports: [
        { name: "rpc", port: 50051, protocol: "grpc", published: 443 },
        { name: "mail-in", port: 25, edgePort: 20_025, protocol: "tcp" },
      ],
    }),
    application("site", 8080, {
      fleet: "web",
      public: true,
      healthStatus: 204,
      ports: [{ name: "metrics", port: 9100, protocol: "http" }],
    }),
  ],
};

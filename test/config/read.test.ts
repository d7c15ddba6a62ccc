import { deepEqual, equal, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../../config/read/read.ts";

describe("the stack's configuration", () => {
  const layers = { base: { from: { mirror: {} }, roles: ["base"] } };
  const complete = {
    layers,
    applications: { site: { layer: "base", port: 8080 } },
    fleets: { web: { applications: ["site"] } },
    environment: { fleets: { web: { environment: { TOKEN: "${secret:token}" } } } },
  };

  const set = (values: Record<string, unknown>) => {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          `${pulumi.getProject()}:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );
  };

  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("is read from Pulumi's, its secrets kept secret", async () => {
    set({ ...complete, secrets: { token: "s3cret" } });
    const { secrets, environment } = readConfiguration();
    equal(await pulumi.isSecret(secrets), true);
    deepEqual(environment.fleets["web"]?.environment, { TOKEN: "${secret:token}" });
  });

  it("refuses keys that it does not know", () => {
    set({ ...complete, secrets: { token: "s3cret" }, fleet: {} });
    throws(readConfiguration, /\nfleet: expected a known key, got fleet; did you mean fleets\?$/);
  });

  it("refuses a plain value where a map belongs", () => {
    set({ ...complete, secrets: { token: "s3cret" }, layers: "base" });
    throws(readConfiguration, /\nlayers: expected a map, got base; correct it$/);
  });

  it("leaves other projects' and providers' configuration alone", () => {
    set({ ...complete, secrets: { token: "s3cret" } });
    pulumi.runtime.setConfig("docker:host", "unix:///var/run/docker.sock");
    equal(readConfiguration().fleets["web"]?.applications[0], "site");
  });
});

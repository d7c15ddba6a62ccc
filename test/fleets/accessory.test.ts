import { deepEqual, equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecret } from "../../config/GeneratedSecret.ts";
import { Accessory, type AccessoryArgs } from "../../fleets/containers/Accessory.ts";
import { made, resource } from "./mocks.ts";
import { place } from "./place.ts";
import { service } from "./service.ts";

const accessory = (own: Partial<AccessoryArgs> = {}) =>
  made((options) => {
    new Accessory(
      "database",
      {
        image: "sha256:postgresql",
        services: [service()],
        environment: pulumi.secret({ POSTGRES_PASSWORD: "s3cret" }),
        place: place(options),
        volumePath: "/var/lib/postgresql",
        volatile: [],
        capabilities: [],
        protect: true,
        update: false,
        ready: ["pg_isready", "--quiet"],
        ...own,
      },
      options,
    );
  });

/** Names of what its box waits for. */
function waitedFor(all: Parameters<typeof resource>[0]): Promise<(string | undefined)[]> {
  const { options } = resource(all, "Container", "database");
  return Promise.all(
    [options.dependsOn].flat().map(async (each) => {
      const urn = await new Promise<string>((resolve) => (each as pulumi.Resource).urn.apply(resolve));
      return urn.split("::").at(-1);
    }),
  );
}

describe("an accessory", () => {
  it("keeps its data on a protected volume, unless told otherwise", async () => {
    equal(resource(await accessory(), "Volume", "database-data").options.protect, true);
    equal(resource(await accessory({ protect: false }), "Volume", "database-data").options.protect, false);
    const { inputs } = resource(await accessory(), "Container", "database");
    deepEqual(inputs["volumes"], [{ volumeName: "database-data", containerPath: "/var/lib/postgresql" }]);
  });

  it("never has two boxes on its data", async () => {
    equal(resource(await accessory(), "Container", "database").options.deleteBeforeReplace, true);
  });

  it("takes over what it was by its former name, which goes on leading to it", async () => {
    const all = await accessory({ renamedFrom: "store" });
    deepEqual(resource(all, "Accessory", "database").options.aliases, [{ name: "store" }]);
    const { inputs } = resource(all, "Container", "database");
    deepEqual(inputs["networksAdvanced"], [{ name: "boxes", aliases: ["database", "store"] }]);
    deepEqual(resource(await accessory(), "Accessory", "database").options.aliases, []);
  });

  it("does not follow a newer image, unless told to", async () => {
    const ignored = async (update: boolean) =>
      resource(await accessory({ update }), "Container", "database").options.ignoreChanges ?? [];
    // Nor is it away for a driver of its log.
    deepEqual(await ignored(false), ["image", "tmpfs", "logDriver", "logOpts"]);
    deepEqual(await ignored(true), []);
  });

  it("is reached by its name in the network alone, as tight as any box", async () => {
    const { inputs, secrets } = resource(await accessory(), "Container", "database");
    deepEqual(inputs["networksAdvanced"], [{ name: "boxes", aliases: ["database"] }]);
    for (const key of ["ports", "name", "user"]) equal(key in inputs, false, key);
    equal(inputs["readOnly"], true);
    equal(secrets.includes("envs"), true);
  });

  it("is waited for by its own command", async () => {
    const { inputs } = resource(await accessory(), "Command", "database-gate");
    const { boxes, ready } = JSON.parse(inputs["stdin"] as string) as Record<string, unknown>;
    deepEqual([boxes, ready], [{ database: "database-id" }, ["pg_isready", "--quiet"]]);
  });
});

describe("an accessory whose image says whether it takes the data", () => {
  const fits = ["ask", "--fits"];

  it("is asked before it takes the place of another, and the box stays where it says no", async () => {
    const all = await accessory({ fits, update: true });
    const { inputs } = resource(all, "Command", "database-fit");
    deepEqual(JSON.parse(inputs["stdin"] as string), {
      ...{ accessory: "database", command: fits, volumePath: "/var/lib/postgresql" },
      ...{ image: "sha256:postgresql", volume: "database-data" },
    });
    deepEqual(await waitedFor(all), ["database-fit"]);
  });

  it("is asked nothing where its box follows no newer image", async () => {
    const names = (await accessory({ fits })).map(({ name }) => name);
    equal(names.includes("database-fit"), false);
  });
});

describe("an accessory with backups", () => {
  const plan = {
    ...{ dump: ["dump"], restore: ["restore"], check: { run: ["ask"], expects: "^1$" } },
    ...{ to: "/backups", key: "backups", everySeconds: 3600, keep: 2 },
  };
  const backup = { plan, key: pulumi.secret("s3cret") };
  const request = {
    ...{ stack: "project/test", box: "database", volume: "database-data", volumePath: "/var/lib/postgresql" },
    ...{ ready: ["pg_isready", "--quiet"], ...plan, key: { name: "backups", value: "s3cret" } },
  };
  const asked = async (own: Partial<AccessoryArgs>) => {
    const { inputs, secrets } = resource(await accessory({ backup, ...own }), "Command", "database-backup");
    equal(secrets.includes("stdin"), true);
    return JSON.parse(inputs["stdin"] as string) as unknown;
  };

  it("leaves in the state, as a secret, how it is backed up", async () => {
    deepEqual(await asked({}), request);
  });

  it("is backed up before it takes a newer image, and its box stays where that fails", async () => {
    deepEqual(await asked({ update: true }), { ...request, image: "sha256:postgresql" });
    deepEqual(await waitedFor(await accessory({ backup, update: true })), ["database-backup"]);
  });

  it("has no such step without them", async () => {
    equal(
      (await accessory()).some(({ name }) => name === "database-backup"),
      false,
    );
  });
});

describe("a generated secret", () => {
  it("is made once, and secret in the state", async () => {
    const all = await made((options) => new GeneratedSecret("database", undefined, options));
    const { inputs, options } = resource(all, "Command", "database-secret");
    equal(options.additionalSecretOutputs?.includes("stdout"), true);
    equal(inputs["logging"], "none");
    equal("triggers" in inputs, false);
    equal(inputs["addPreviousOutputInEnv"], false);
  });

  it("is made anew when it is rotated", async () => {
    const all = await made((options) => new GeneratedSecret("database", "2026-01-01T00:00:00Z", options));
    deepEqual(
      all.map(({ name }) => name),
      ["database-secret-2026-01-01T00:00:00Z"],
    );
  });
});

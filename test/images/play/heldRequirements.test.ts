import { deepEqual, rejects } from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { galaxyContent } from "../../../images/play/galaxyContent.ts";
import { heldRequirements, refusedByGalaxy } from "../../../images/play/heldRequirements.ts";
import { installRequirements } from "../../../images/play/requirements.ts";
import type { LayerPlay } from "../../../plan/ansible/layerPlay.ts";
import type { LockedPlace } from "../../../plan/lockedPackages.ts";
import { BuildLog } from "../../../work/log.ts";
import { GalaxyServer } from "../../registry/galaxyServer.ts";
import { useFolder } from "../../support/folder.ts";
import { withVariables } from "../../support/variables.ts";

const locked = {
  "acme.db:galaxy": { version: "v3" },
  "acme.lib:galaxy": { version: "1.1.0", sha256: "a".repeat(64) },
  "acme.web:galaxy": { version: "1.2.0" },
  "own:galaxy": { version: "unversioned" },
  "flask:pypi": { version: "3.0.1" },
};

const held = (content: unknown) => {
  const { text, open } = heldRequirements(JSON.stringify(content), locked);
  return { ...(JSON.parse(text) as object), open };
};

describe("the requirements of a play that is in the lock", () => {
  it("have the locked versions, beside the ranges of their file, and what they need too where that is of one kind", () => {
    const lib = { name: "acme.lib", version: "1.1.0" };
    const web = (version: string) => ({ name: "acme.web", version });
    deepEqual(held({ collections: ["acme.web"] }), {
      collections: [web("1.2.0"), { name: "acme.db", version: "v3" }, lib],
      open: ["own:galaxy"],
    });
    const both = {
      collections: [web(">=1"), "acme.other:2.0.0"],
      roles: ["acme.db", { src: "own", scm: "git" }],
    };
    deepEqual(held(both), {
      roles: [
        { src: "acme.db", version: "v3" },
        { src: "own", scm: "git" },
      ],
      collections: [web(">=1,==1.2.0"), "acme.other:2.0.0"],
      open: ["acme.lib:galaxy", "own:galaxy"],
    });
  });

  it("are left as they are where they are exact already, or come from elsewhere", () => {
    const given = {
      roles: [
        { src: "acme.db", version: "v4" },
        "git+https://example.org/own.git,main",
        { include: "more.yml" },
      ],
      collections: [
        { name: "acme.web", version: "1.3.0" },
        { name: "https://example.org/acme-lib.git", type: "git", version: "main" },
        "./acme-other-1.0.0.tar.gz",
      ],
    };
    deepEqual(held(given), { ...given, open: ["acme.lib:galaxy", "own:galaxy"] });
    deepEqual(held(["acme.db,v4,db", "https://example.org/own.tar.gz"]), {
      roles: ["acme.db,v4,db", "https://example.org/own.tar.gz"],
      open: Object.keys(locked).filter((id) => id.endsWith(":galaxy")),
    });
  });
});

describe("ansible-galaxy for a layer that is in the lock", function () {
  this.timeout("120s");
  const folder = useFolder();
  let server: GalaxyServer;
  const play: LayerPlay = {
    playbook: "play.yml",
    requirements: "requirements.yml",
    groups: [],
    files: [],
  } as never;

  before(async () => {
    server = await GalaxyServer.start();
    for (const version of ["1.1.0", "1.9.0"]) await server.publish("acme.lib", version);
    await server.publish("acme.web", "1.2.0", { "acme.lib": ">=1" });
    await server.publish("acme.web", "1.3.0", { "acme.lib": ">=1" });
    for (const version of ["v3", "v4"]) await server.publishRole("acme.db", version);
    writeFileSync(path.join(folder(), "play.yml"), "[]\n");
  });
  after(() => {
    server.close();
  });

  /** What it gives for requirements, by a lock. */
  function given(requirements: unknown, of: LockedPlace["packages"]): Promise<Record<string, string>> {
    const own = { XDG_CACHE_HOME: folder(), ANSIBLE_GALAXY_SERVER: server.url };
    return withVariables(own, async () => {
      writeFileSync(path.join(folder(), "requirements.yml"), JSON.stringify(requirements));
      await installRequirements(play, folder(), "1", new BuildLog("base.web", "0123456789abcdef"), of);
      const content = galaxyContent(play, folder(), "1", of);
      return Object.fromEntries(Object.entries(content).map(([id, { version }]) => [id, version]));
    });
  }
  const wanted = (versions: Record<string, string>) =>
    Object.fromEntries(Object.entries(versions).map(([id, version]) => [id, { version }]));

  it("gives the locked versions where newer ones have appeared, of what others need, too", async () => {
    const old = { "acme.lib:galaxy": "1.1.0", "acme.web:galaxy": "1.2.0" };
    const newest = { "acme.lib:galaxy": "1.9.0", "acme.web:galaxy": "1.3.0" };
    const requirements = { collections: [{ name: "acme.web", version: ">=1" }] };
    deepEqual(await given(requirements, wanted(old)), old);
    deepEqual(await given(requirements, {}), newest);
    deepEqual(await given(requirements, wanted(old)), old);
    const role = { "acme.db:galaxy": "v3" };
    deepEqual(await given({ roles: ["acme.db"] }, wanted(role)), role);
  });

  it("says what it cannot give so: gone, or other than the file asks for; nothing half-installed is kept", async () => {
    const refuses = async (requirements: unknown, versions: Record<string, string>, ids: string[]) => {
      const of = wanted(versions);
      await rejects(given(requirements, of), (error: Error) => {
        deepEqual(refusedByGalaxy(error.message, of), ids);
        deepEqual(refusedByGalaxy(error.message, wanted({ "acme.web:galaxy": "9" })), []);
        return true;
      });
    };
    server.withdraw("acme.web", "1.2.0");
    await refuses({ collections: ["acme.web"] }, { "acme.web:galaxy": "1.2.0" }, ["acme.web:galaxy"]);
    await refuses({ collections: ["acme.web:>=1.3.0"] }, { "acme.web:galaxy": "1.2.0" }, ["acme.web:galaxy"]);
    await refuses({ roles: ["acme.db"] }, { "acme.db:galaxy": "v2" }, ["acme.db:galaxy"]);
    const kept = readdirSync(path.join(folder(), "immutable-fleets/galaxy"));
    deepEqual(
      kept.filter((name) => name.includes(".")),
      [],
    );
  });
});

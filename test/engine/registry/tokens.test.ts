import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import * as path from "node:path";
import { askRegistry } from "../../../engine/registry/ask.ts";
import { useFolder } from "../../support/folder.ts";
import { hostOf, listenHere } from "../../support/listen.ts";
import { withVariables } from "../../support/variables.ts";

const basic = `Basic ${Buffer.from("ann:secret:1").toString("base64")}`;

describe("a registry", () => {
  const folder = useFolder();
  let server: Server;
  let asked: string[];
  let wants: string;

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      const { method = "", url = "", headers } = request;
      asked.push(`${method} ${url} ${headers.authorization ?? ""}`.trim());
      const challenge = `Bearer realm="http://${headers.host ?? ""}/token",service="reg",scope="repository:team/x:pull"`;
      if (url.startsWith("/token"))
        response.end(JSON.stringify({ token: headers.authorization === basic ? "good" : "bad" }));
      else if (url.endsWith("/none")) response.writeHead(404).end();
      else if (headers.authorization === wants) response.end("here");
      else response.writeHead(401, { "www-authenticate": wants === basic ? "Basic" : challenge }).end();
    });
    await listenHere(server);
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const host = () => hostOf(server);
  const ask = async (place: string) => (await askRegistry(host(), place)).text();

  /** As `docker login` leaves it. */
  function loggedIn<T>(work: () => Promise<T>): Promise<T> {
    const auths = { [host()]: { auth: Buffer.from("ann:secret:1").toString("base64") } };
    mkdirSync(path.join(folder(), "docker"), { recursive: true });
    writeFileSync(path.join(folder(), "docker/config.json"), JSON.stringify({ auths }));
    return withVariables({ DOCKER_CONFIG: path.join(folder(), "docker"), REGISTRY_USER: "" }, work);
  }

  it("is asked with what Docker's client is logged in with, or what the environment has", async () => {
    wants = basic;
    equal(await loggedIn(() => ask("team/x/tags/list")), "here");
    const own = { REGISTRY_USER: "ann", REGISTRY_PASSWORD: "secret:1", DOCKER_CONFIG: folder() };
    equal(await withVariables(own, () => ask("team/x/tags/list")), "here");
    deepEqual(asked, Array(2).fill(`GET /v2/team/x/tags/list ${basic}`));
  });

  it("is asked with a token where it wants one, which is asked for once for a repository", async () => {
    wants = "Bearer good";
    await loggedIn(async () => {
      equal(await ask("team/x/blobs/sha256:1"), "here");
      equal(await ask("team/x/manifests/one"), "here");
    });
    deepEqual(asked, [
      `GET /v2/team/x/blobs/sha256:1 ${basic}`,
      `GET /token?service=reg&scope=repository%3Ateam%2Fx%3Apull ${basic}`,
      "GET /v2/team/x/blobs/sha256:1 Bearer good",
      "GET /v2/team/x/manifests/one Bearer good",
    ]);
  });

  it("that refuses is told with the way out, and without what was sent", async () => {
    wants = "Bearer better";
    const nobody = { REGISTRY_USER: "", DOCKER_CONFIG: folder() };
    await withVariables(nobody, async () => {
      await rejects(ask("team/x/blobs/sha256:1"), {
        message: `GET http://${host()}/v2/team/x/blobs/sha256:1: expected success, got HTTP 401; docker login, or set REGISTRY_USER and REGISTRY_PASSWORD`,
      });
      await rejects(ask("team/y/none"), /: expected success, got HTTP 404; is it a registry\?$/);
    });
  });
});

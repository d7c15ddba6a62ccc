import { deepEqual, doesNotMatch, equal, rejects } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import * as path from "node:path";
import { askRegistry, repositoryIn } from "../../../engine/registry/ask.ts";
import { listenHere } from "../../support/listen.ts";
import { restoreVariables } from "../../support/variables.ts";
import { withRoots } from "../../images/release/fixture.ts";

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

describe("what is asked of a registry", () => {
  const before = { ...process.env };
  let folder = "";
  withRoots((each) => (folder = each));
  let server: Server;
  let host = "";
  /** What the registry wants: a name and a password, or a token that is given for them. */
  let wants: "basic" | "token" = "basic";
  const asked: [url: string, authorization: string | undefined][] = [];

  beforeEach(async () => {
    asked.length = 0;
    process.env["DOCKER_CONFIG"] = folder;
    delete process.env["REGISTRY_USER"];
    server = createServer(({ url = "", headers: { authorization } }, response) => {
      asked.push([url, authorization]);
      const wanted = wants === "basic" ? basic("ann", "p:w") : "Bearer t0k";
      if (url.startsWith("/token"))
        response.writeHead(authorization === basic("ann", "p:w") ? 200 : 401).end(`{"token":"t0k"}`);
      else if (url === "/v2/gone") response.writeHead(404).end();
      else if (authorization === wanted) response.writeHead(200).end("yes");
      else {
        const bearer = `Bearer realm="http://${host}/token",service="shop",scope="repository:a/b:pull,push"`;
        response
          .writeHead(401, { "www-authenticate": wants === "basic" ? 'Basic realm="shop"' : bearer })
          .end();
      }
    });
    host = await listenHere(server);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    restoreVariables(before);
  });
  const configured = (config: object) => {
    writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
  };
  const login = () => {
    configured({ auths: { [host]: { auth: Buffer.from("ann:p:w").toString("base64") } } });
  };
  const answer = async () => (await askRegistry(host, "a/b/tags/list")).text();

  it("is signed in as docker login left it, in a file", async () => {
    wants = "basic";
    login();
    equal(await answer(), "yes");
  });

  it("… with a helper, which is given the host alone", async () => {
    wants = "basic";
    const programs = path.join(folder, "programs");
    mkdirSync(programs);
    const program = `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = "${host}" ] && echo '{"Username":"ann","Secret":"p:w"}'\n`;
    writeFileSync(path.join(programs, "docker-credential-shop"), program, { mode: 0o755 });
    process.env["PATH"] = `${programs}:${process.env["PATH"] ?? ""}`;
    configured({ credHelpers: { [host]: "shop" } });
    equal(await answer(), "yes");
    configured({ credsStore: "shop" });
    equal(await answer(), "yes");
  });

  it("… or by two variables, which go before", async () => {
    wants = "basic";
    configured({ auths: { [host]: { auth: Buffer.from("eve:x").toString("base64") } } });
    Object.assign(process.env, { REGISTRY_USER: "ann", REGISTRY_PASSWORD: "p:w" });
    equal(await answer(), "yes");
  });

  it("… or by a token, where the registry gives one for them", async () => {
    wants = "token";
    login();
    equal(await answer(), "yes");
    deepEqual(asked.at(-2), [
      "/token?service=shop&scope=repository%3Aa%2Fb%3Apull%2Cpush",
      basic("ann", "p:w"),
    ]);
  });

  it("says what is wrong, and never with what", async () => {
    wants = "token";
    configured({ auths: { [host]: { auth: Buffer.from("eve:s3cret").toString("base64") } } });
    await rejects(answer(), (error: Error) => {
      equal(
        error.message,
        `GET http://${host}/v2/a/b/tags/list: expected success, got HTTP 401; docker login, or set REGISTRY_USER and REGISTRY_PASSWORD`,
      );
      doesNotMatch(String(error.stack), /s3cret|ZXZl/);
      return true;
    });
    await rejects(askRegistry(host, "gone"), /got HTTP 404; is it a registry\?$/);
    equal((await askRegistry(host, "gone", { also: [404] })).status, 404);
    writeFileSync(path.join(folder, "config.json"), "{");
    await rejects(
      answer(),
      /config\.json: expected the configuration of Docker's client, got another file; mend it$/,
    );
  });

  it("is signed in nowhere else, whatever the registry names", async () => {
    wants = "basic";
    login();
    await rejects(askRegistry("localhost:1", `http://${host}/v2/a`), /got HTTP 401/);
    equal(asked.at(-1)?.[1], undefined);
  });

  it("is of the host and the name that Docker reads in a name", () => {
    deepEqual(
      ["registry.example/team/web", "localhost/web", "127.0.0.1:5000/web", "acme/web", "web"].map(
        repositoryIn,
      ),
      [
        { host: "registry.example", name: "team/web" },
        { host: "localhost", name: "web" },
        { host: "127.0.0.1:5000", name: "web" },
        { host: "docker.io", name: "acme/web" },
        { host: "docker.io", name: "web" },
      ],
    );
  });
});

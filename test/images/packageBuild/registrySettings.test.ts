import { deepEqual } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { containerArguments } from "../../../images/packageBuild/container.ts";
import { passwordsIn, registrySettings } from "../../../images/packageBuild/registrySettings.ts";

describe("how a package's build reaches registries", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "package-build-"));
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
    return path.join(home, file);
  };
  // Of the machine that runs the tests nothing is wanted.
  const settings = (environment: Record<string, string>) =>
    registrySettings(
      { PIP_INDEX_URL: "https://index.example/simple", PIP_CERT: "/none", ...environment },
      home,
    );

  it("is told by the environment, and by nothing else of it", () => {
    const proxy = { HTTPS_PROXY: "http://proxy.example:3128", no_proxy: "localhost" };
    const others = {
      PATH: "/bin",
      AWS_SECRET_ACCESS_KEY: "secret",
      PIP_TARGET: "/x",
      npm_config_prefix: "/y",
    };
    const wanted = { ...proxy, npm_config_registry: "https://npm.example/", GOPROXY: "off" };
    deepEqual(settings({ ...wanted, ...others, HTTP_PROXY: "" }), {
      variables: { PIP_INDEX_URL: "https://index.example/simple", ...wanted },
      files: {},
      secrets: [],
    });
  });

  it("is told by the files of npm, pip and Go, as far as they say where registries are", () => {
    write(
      ".npmrc",
      [
        "registry=https://npm.example/",
        "; a comment",
        "@acme:registry = https://npm.acme.example/",
        "//npm.acme.example/:_authToken=${ACME_TOKEN}",
        "prefix=/opt/npm",
        'save-exact="true"',
      ].join("\n"),
    );
    write(
      ".config/pip/pip.conf",
      "[global]\nextra-index-url =\n    https://me:pass%2Fword@one.example\n    https://two.example\n[install]\nuser = yes\n",
    );
    write(".config/go/env", "GOPRIVATE=acme.example\nGOFLAGS=-mod=mod\n");
    const { variables, files, secrets } = settings({ ACME_TOKEN: "token-of-acme" });
    deepEqual(variables, {
      GOPRIVATE: "acme.example",
      PIP_INDEX_URL: "https://index.example/simple",
      PIP_EXTRA_INDEX_URL: "https://me:pass%2Fword@one.example https://two.example",
    });
    deepEqual(files, {
      ".npmrc":
        "registry=https://npm.example/\n@acme:registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=token-of-acme\n",
    });
    deepEqual(secrets, ["token-of-acme", "pass%2Fword", "pass/word"]);
  });

  it("trusts whom this machine trusts, and tells programs that have a variable of their own for it", () => {
    const bundle = write("bundle.crt", "all");
    const own = write("own.crt", "own");
    const { variables, files } = settings({
      REQUESTS_CA_BUNDLE: bundle,
      PIP_CERT: bundle,
      NODE_EXTRA_CA_CERTS: own,
    });
    const first = "/build-home/certificates-1.pem";
    deepEqual(variables, {
      PIP_INDEX_URL: "https://index.example/simple",
      ...{ SSL_CERT_FILE: first, REQUESTS_CA_BUNDLE: first, CURL_CA_BUNDLE: first, PIP_CERT: first },
      ...{ GIT_SSL_CAINFO: first, CARGO_HTTP_CAINFO: first },
      NODE_EXTRA_CA_CERTS: "/build-home/certificates-2.pem",
    });
    deepEqual(files, { "certificates-1.pem": "all", "certificates-2.pem": "own" });
  });

  it("hides passwords of URLs, however they are written", () => {
    deepEqual(passwordsIn("http://me:p%40ss@a.example and https://b.example:443/c@d"), ["p%40ss", "p@ss"]);
  });

  it("has no value of this machine on a command line", () => {
    const args = containerArguments(
      {
        ...{ digest: "abc", image: "sha256:1", folder: "/build" },
        variables: { CI: "true" },
        hidden: { NPM_TOKEN: "token-of-acme" },
      },
      "caches",
    );
    const label = args[args.indexOf("--label") + 1] ?? "";
    deepEqual(
      args.filter((each) => each !== label),
      [
        ...["create", "--rm", "--init", "--interactive", "--label", "--user", "65534:65534"],
        ...["--workdir", "/build", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
        ...["--volume", "caches:/build-cache", "--env", "CI=true", "--env", "NPM_TOKEN"],
        ...["--entrypoint", "cat", "sha256:1"],
      ],
    );
  });
});

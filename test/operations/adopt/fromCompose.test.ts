import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { adoptedSystem } from "../../../operations/adopt/readSystem.ts";
import { proposedStack, proposedTopology } from "../../../operations/adopt/services/proposalText.ts";
import { checkedProposal } from "./checkedProposal.ts";

const guide = readFileSync(path.join(projectRoot, "docs/guides/from-compose.md"), "utf8");

describe("the guide from Docker Compose", function () {
  this.timeout(60_000);

  let folder: string;
  let file: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-compose-"));
    file = path.join(folder, "compose.yaml");
    const [, compose = ""] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    writeFileSync(file, compose);
    writeFileSync(path.join(folder, ".env"), "DB_PASSWORD=geheim-1234\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const adopt = (...args: string[]) =>
    execa(process.execPath, ["commands/main.ts", "adopt", ...args], { cwd: projectRoot, reject: false });

  it("shows what its command says, which writes a configuration that passes the check, and never over another", async () => {
    const [, shown = ""] =
      /```console\n\s*\$ npm run adopt -- compose\.yaml --output adopted\n([\s\S]*?)```/.exec(guide) ?? [];
    const lines = shown
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^ {3}/, ""));
    const output = path.join(folder, "adopted");
    const written = await adopt(file, "--output", output);
    deepEqual(
      written.stdout.split("\n").slice(0, lines.filter((line) => line !== "").length),
      lines.filter((line) => line !== ""),
    );
    deepEqual([written.exitCode, written.stderr], [2, ""]);
    const proposal = await adoptedSystem(file, []);
    checkedProposal(proposal);
    equal(readFileSync(path.join(output, "Pulumi.yaml"), "utf8"), proposedTopology(proposal));
    equal(readFileSync(path.join(output, "Pulumi.dev.yaml"), "utf8"), proposedStack(proposal));
    equal(written.stdout.includes("geheim"), false);

    writeFileSync(path.join(output, "Pulumi.dev.yaml"), "mine");
    rmSync(path.join(output, "Pulumi.yaml"));
    const again = await adopt(file, "--output", output);
    const present = path.join(output, "Pulumi.dev.yaml");
    equal(again.stderr, `--output: expected no Pulumi.dev.yaml in it, got ${present}; name another folder`);
    deepEqual(
      [again.exitCode, readdirSync(output), readFileSync(present, "utf8")],
      [1, ["Pulumi.dev.yaml"], "mine"],
    );
  });

  it("has a command that ends with 0 where all is carried over, and with 1 where there is no Compose file", async () => {
    const whole = path.join(folder, "whole.yaml");
    writeFileSync(whole, `services: { web: { image: "a@sha256:${"a".repeat(64)}", ports: [8000] } }\n`);
    const all = await adopt(whole, "--stack", "prod");
    equal(all.exitCode, 0);
    match(all.stdout, /^Pulumi\.prod\.yaml:$/m);
    writeFileSync(whole, "services: 5\n");
    const none = await adopt(whole);
    deepEqual(
      [none.exitCode, none.stdout, none.stderr],
      [1, "", "services: expected a map with at least one service, got none; name another file"],
    );
  });

  it("has secrets by what they look like, too: a token of a form that is known, a private key", async () => {
    const scanned = path.join(folder, "scanned.yaml");
    const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} RSA PRIVATE KEY-----`);
    const key = [begin, "MIIEogIBAAKCAQEA".repeat(40), end].join("\n");
    const services = {
      web: {
        image: "a",
        ports: [8000],
        environment: { NOTE: `ghp_${"a1B2".repeat(9)}`, TLS: key, LEVEL: "info" },
      },
    };
    writeFileSync(scanned, JSON.stringify({ services }));
    const { environment } = await adoptedSystem(scanned, []);
    deepEqual(environment.applications, {
      web: { environment: { NOTE: "${secret:note}", TLS: "${secret:tls}", LEVEL: "info" } },
    });
  });
});

import { deepEqual, equal } from "node:assert/strict";
import { formatChecks, hostLine, isHostStep, unasked } from "../../operations/preview/hosts.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";
import { describeHosts } from "../../operations/preview/text.ts";

const request = (file: string) => ({
  stdin: JSON.stringify({
    layers: [{ layer: "base", roles: ["base"], variables: {}, files: { "a.yml": file }, tools: {} }],
    hosts: [{ name: "web1" }, { name: "web2" }],
  }),
});
const step = (own: Partial<PreviewStep>): PreviewStep => ({
  urn: "urn:pulumi:dev::p::fleet:index:HostFleet$command:local:Command::web-hosts",
  type: "command:local:Command",
  name: "web-hosts",
  op: "replace",
  before: request("1"),
  after: request("2"),
  changed: [],
  ...own,
});

describe("a preview of mutable hosts", () => {
  it("knows their steps", () => {
    equal(isHostStep(step({})), true);
    equal(isHostStep(step({ urn: "urn:pulumi:dev::p::command:local:Command::web-hosts" })), false);
  });

  it("says which are configured, and why", () => {
    const line = (own: Partial<PreviewStep>) => describeHosts(hostLine(step(own)));
    const head = "web configures 2 hosts, one after the other: ";
    equal(line({}), `${head}file a.yml changed`);
    equal(line({ after: request("1") }), `${head}they or their environment are new`);
    equal(line({ op: "create", before: {} }), `${head}they or their environment are new`);
    equal(line({ op: "delete", after: {} }), "web no longer configures its hosts; they stay as they are");
    equal(hostLine(step({ op: "update" })).action, "keep");
  });

  it("tells what each says, and which could not be asked", () => {
    const [line] = [hostLine(step({}))];
    const told = { fleet: "web", host: "web1", output: "TASK\n+ a\n" };
    deepEqual(unasked([line], [told]), []);
    const [first] = unasked([line], []);
    equal(first?.host, "web1");
    equal(formatChecks([told]), "\nweb, web1: what its roles would change\n  TASK\n  + a\n");
  });
});

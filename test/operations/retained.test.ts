import { deepEqual, equal } from "node:assert/strict";
import { withRetained } from "../../operations/state/retained.ts";

const resource = (type: string, name: string, more: object = {}) => ({
  ...{ urn: `urn:pulumi:dev::immutable-fleets::${type}::${name}`, type: type.split("$").at(-1) ?? type },
  ...more,
});
const ami = resource("fleet:index:MachineImage$aws:ec2/ami:Ami", "web", { id: "ami-1" });
const command = "fleet:index:SharedImage$command:local:Command";
const snapshots = resource(command, "web-share-111122223333-snapshots");
const state = (...resources: { urn: string; type: string }[]) => ({
  ...{ version: 3, deployment: { manifest: { time: "" }, resources } },
});

describe("a state of an earlier version", () => {
  it("is told to keep AMIs, copies, permissions and shared snapshots, and nothing else of it changes", () => {
    const others = [
      resource("aws:ec2/launchTemplate:LaunchTemplate", "web"),
      resource(command, "web-share-111122223333-declared"),
      resource("command:local:Command", "web-snapshots"),
    ];
    const kept = { retainOnDelete: true };
    const copy = resource("aws:ec2/amiCopy:AmiCopy", "web-eu-west-1", { delete: true });
    const permission = resource("aws:ec2/amiLaunchPermission:AmiLaunchPermission", "web-1");
    deepEqual(
      withRetained(state(ami, copy, permission, snapshots, ...others)),
      state(...[ami, copy, permission, snapshots].map((each) => ({ ...each, ...kept })), ...others),
    );
  });

  it("is left alone where it says so already, and where there is nothing of the kind", () => {
    equal(withRetained(state({ ...ami, ...{ retainOnDelete: true } })), undefined);
    equal(withRetained(state()), undefined);
    equal(withRetained({}), undefined);
  });
});

import { deepEqual, equal } from "node:assert/strict";
import { aptPasswords, aptSources, yumRepositories } from "../../../images/packages/sources.ts";

const team = {
  name: "team",
  apt: { url: "https://packages.example.org/debian/", suite: "stable", components: ["main"] },
  yum: { url: "https://packages.example.org/yum" },
  key: "keys/team.asc",
  username: "build",
  password: "s3cret",
};

describe("the repositories of a build", () => {
  it("are sources of apt, without passwords", () => {
    deepEqual(aptSources([team], true), {
      "fleet-local.sources":
        "Types: deb\nURIs: file:/run/fleet-packages/apt\nSuites: ./\nSigned-By: /run/fleet-packages/key.asc\n",
      "fleet-team.sources":
        "Types: deb\nURIs: https://packages.example.org/debian/\nSuites: stable\nComponents: main\nSigned-By: /run/fleet-packages/keys/team.asc\n",
    });
    deepEqual(aptSources([], false), {});
  });

  it("have their passwords in a file of their own for apt, bound to the address", () => {
    equal(aptPasswords([team]), "machine https://packages.example.org/debian login build password s3cret\n");
    equal(aptPasswords([{ ...team, username: undefined, password: "x" }]), "");
  });

  it("are repositories of dnf, with their passwords", () => {
    deepEqual(yumRepositories([team], true), {
      "fleet-local.repo":
        "[fleet-local]\nname=fleet-local\nbaseurl=file:///run/fleet-packages/yum\ngpgcheck=0\nrepo_gpgcheck=1\ngpgkey=file:///run/fleet-packages/key.asc\n",
      "fleet-team.repo":
        "[fleet-team]\nname=fleet-team\nbaseurl=https://packages.example.org/yum\ngpgcheck=0\nrepo_gpgcheck=1\ngpgkey=file:///run/fleet-packages/keys/team.asc\nusername=build\npassword=s3cret\n",
    });
  });
});

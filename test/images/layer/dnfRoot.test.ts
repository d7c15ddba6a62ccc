import { deepEqual } from "node:assert/strict";
import { baseSourceSchema } from "../../../config/baseSource.ts";
import { dnfArguments, dnfSettings, rpmMacros } from "../../../images/layer/dnfRoot.ts";

const digest = `sha256:${"a".repeat(64)}`;
const source = baseSourceSchema.parse({
  dnf: {
    release: "9",
    repositories: {
      baseos: { url: "https://mirror.example/$releasever/BaseOS/$basearch/os", key: "keys/nine.asc" },
      team: { url: "https://packages.example/el9", digest },
    },
    packages: ["glibc-minimal-langpack", "systemd"],
  },
}).dnf;

describe("a root file system made by dnf", () => {
  it("comes from these repositories alone, whose packages are known by key or by digest", () => {
    deepEqual(source && dnfSettings(source, "/project", "/work").split("\n"), [
      "[main]",
      "reposdir=/work/repos",
      "cachedir=/var/cache/dnf",
      "pluginpath=/nonexistent",
      "metadata_expire=-1",
      "install_weak_deps=False",
      "tsflags=nodocs",
      "assumeyes=True",
      "[baseos]",
      "name=baseos",
      "baseurl=https://mirror.example/$releasever/BaseOS/$basearch/os",
      "gpgcheck=1",
      "gpgkey=file:///project/keys/nine.asc",
      "[team]",
      "name=team",
      "baseurl=https://packages.example/el9",
      "gpgcheck=0",
      "",
    ]);
  });

  it("has what every base needs, and what is asked for, once", () => {
    const root = ["--config", "/work/dnf.conf", "--installroot", "/work/root", "--releasever", "9"];
    const packages = ["ca-certificates", "dbus", "dnf", "glibc-minimal-langpack", "python3", "systemd"];
    deepEqual(source && dnfArguments(source, "/work", "install"), [...root, "install", ...packages]);
    deepEqual(source && dnfArguments(source, "/work", "makecache"), [...root, "makecache"]);
  });

  it("has its database where the distribution's rpm looks for it", () => {
    deepEqual(
      source && rpmMacros({ ...source, database: "/usr/lib/sysimage/rpm" }),
      "%_dbpath /usr/lib/sysimage/rpm\n%_netsharedpath /dev:/proc:/sys\n",
    );
  });
});

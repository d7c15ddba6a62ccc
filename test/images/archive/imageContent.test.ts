import { equal } from "node:assert/strict";
import fc from "fast-check";
import { imageConfig } from "../../../images/archive/imageConfig.ts";
import { hasContent, type ImageContent } from "../../../images/archive/imageContent.ts";

const layers = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
const service = {
  ...{ unit: "shop.service", type: "exec", command: ["/usr/bin/shop", "--port=80"], user: "shop" },
  ...{ uid: 900, gid: 901, environment: ["A=1"], workingDirectory: "/srv", stopSignal: "SIGINT" },
};
const { json } = imageConfig({
  ...{ architecture: "amd64", os: "linux", layers, services: [service], enabledUnits: [], epochSeconds: 0 },
  origin: { layer: "shop" },
});

/** As `docker image inspect` shows it, with what it says of nothing. */
const ours: ImageContent = {
  ...{ Architecture: "amd64", Os: "linux", RootFS: { Layers: layers } },
  Config: {
    ...{
      Hostname: "",
      Domainname: "",
      AttachStdin: false,
      Tty: false,
      Image: "",
      OnBuild: null,
      Volumes: null,
    },
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1"],
    ...{ Cmd: service.command, Entrypoint: null, User: "900:901", WorkingDir: "/srv", StopSignal: "SIGINT" },
    Labels: { anything: "at all" },
  },
};

describe("the content of an image of the engine", () => {
  it("is that of a configuration whatever its labels say", () => {
    equal(hasContent(ours, json), true);
    equal(hasContent({ ...ours, Config: { ...ours.Config, Labels: null } }, json), true);
  });

  it("is another one with other layers, or on another kind of machine", () => {
    for (const other of [[...layers, layers[0] ?? ""], layers.slice(0, 1), layers.toReversed()])
      equal(hasContent({ ...ours, RootFS: { Layers: other } }, json), false);
    equal(hasContent({ ...ours, Architecture: "arm64" }, json), false);
  });

  it("is another one with any other setting of its containers", () => {
    const changes: Record<string, fc.Arbitrary<unknown>> = {
      Entrypoint: fc.constantFrom(["/sbin/init"], ["sh", "-c"]),
      Cmd: fc.constantFrom(null, ["/usr/bin/shop"], ["/bin/sh"]),
      Env: fc.constantFrom(null, ["A=1"], [...(ours.Config["Env"] as string[]), "LD_PRELOAD=/x.so"]),
      User: fc.constantFrom("", "0:0"),
      WorkingDir: fc.constantFrom("", "/"),
      StopSignal: fc.constantFrom("", "SIGKILL"),
      Volumes: fc.constant({ "/srv": {} }),
      ExposedPorts: fc.constant({ "80/tcp": {} }),
      Healthcheck: fc.constant({ Test: ["NONE"] }),
      OnBuild: fc.constant(["RUN true"]),
      Shell: fc.constant(["/bin/bash"]),
    };
    for (const [name, values] of Object.entries(changes))
      fc.assert(
        fc.property(values, (value) => {
          equal(hasContent({ ...ours, Config: { ...ours.Config, [name]: value } }, json), false, name);
        }),
      );
  });
});

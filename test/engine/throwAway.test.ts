import { deepEqual, rejects } from "node:assert/strict";
import { DockerClient } from "../../engine/DockerClient.ts";
import { shapeOf } from "../../engine/boxShape.ts";
import { createThrowAway, throwAwayArguments, type ThrowAwayBox } from "../../engine/throwAway.ts";
import type { ContainerFacts } from "../../engine/containers.ts";

const box: ThrowAwayBox = {
  ...{ image: "sha256:1", network: "boxes-1", name: "boxes-1.orders.migrate", command: ["migrate", "--all"] },
  labels: { "immutable-fleets.throw-away": "orders.migrate" },
  variables: { TOKEN: "s3cret", LEVEL: "info" },
  shape: {
    ...{ readOnly: true, capabilitiesAdded: ["CAP_NET_RAW"], capabilitiesDropped: ["ALL"] },
    ...{ securityOptions: ["no-new-privileges:true"], tmpfs: { "/tmp": "mode=1777", "/run": "" } },
    ...{ memoryBytes: 1024, cpus: 0.5, ulimits: [{ name: "nofile", soft: 1, hard: 2 }] },
    ...{ groups: ["42"], user: "990:991" },
  },
};

describe("a throw-away box", () => {
  it("is made with the rights of those it is like; values are on no command line", () => {
    deepEqual(throwAwayArguments(box), [
      ...["create", "--init", "--stop-signal", "SIGTERM", "--network", "boxes-1"],
      ...["--name", "boxes-1.orders.migrate", "--label", "immutable-fleets.throw-away=orders.migrate"],
      ...["--read-only", "--cap-drop", "ALL", "--cap-add", "CAP_NET_RAW"],
      ...["--security-opt", "no-new-privileges:true", "--tmpfs", "/tmp:mode=1777", "--tmpfs", "/run"],
      ...["--memory", "1024", "--memory-swap", "1024", "--cpus", "0.5", "--ulimit", "nofile=1:2"],
      ...["--group-add", "42", "--user", "990:991", "--env", "TOKEN", "--env", "LEVEL"],
      ...["sha256:1", "migrate", "--all"],
    ]);
  });

  it("has the named volumes of its fleet, without a word of the shell's", () => {
    const volumes = [
      { name: "uploads-1", path: "/srv/uploads", readOnly: false },
      { name: "media-1", path: "/media", readOnly: true },
    ];
    const line = throwAwayArguments({ ...box, shape: { ...box.shape, volumes } });
    deepEqual(
      line.flatMap((each, index) => (line[index - 1] === "--mount" ? [each] : [])),
      [
        "type=volume,source=uploads-1,target=/srv/uploads",
        "type=volume,source=media-1,target=/media,readonly",
      ],
    );
  });

  it("has a terminal and another entry point where it is wanted", () => {
    const { name: _, ...nameless } = box;
    const shape = { ...box.shape, readOnly: false, capabilitiesAdded: [], capabilitiesDropped: [] };
    const bare = { ...shape, securityOptions: [], tmpfs: {}, ulimits: [], groups: [], user: undefined };
    deepEqual(
      throwAwayArguments({
        ...nameless,
        shape: { ...bare, memoryBytes: undefined, cpus: undefined },
        ...{ variables: {}, labels: {}, command: ["-l"], entrypoint: "/bin/sh", input: "terminal" },
      }),
      [
        ...["create", "--init", "--stop-signal", "SIGTERM", "--network", "boxes-1", "--interactive", "--tty"],
        ...["--entrypoint", "/bin/sh", "sha256:1", "-l"],
      ],
    );
  });

  it("is refused with variables that the Docker client takes for its own", async () => {
    await rejects(createThrowAway(new DockerClient(), { ...box, variables: { DOCKER_HOST: "x" } }), {
      message: "expected variables that are not the Docker client's own, got DOCKER_HOST; call it otherwise",
    });
  });

  it("may do what a box may that runs", () => {
    const HostConfig = {
      ...{ Memory: 1024, NanoCpus: 5e8, CapAdd: ["CAP_NET_RAW"], CapDrop: ["ALL"], ReadonlyRootfs: true },
      ...{ SecurityOpt: ["no-new-privileges:true"], Tmpfs: { "/tmp": "mode=1777", "/run": "" } },
      ...{ Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }], GroupAdd: ["42"] },
    } as unknown as ContainerFacts["HostConfig"];
    deepEqual(shapeOf({ HostConfig }, "990:991"), box.shape);
  });
});

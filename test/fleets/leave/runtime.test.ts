import { deepEqual, rejects } from "node:assert/strict";
import { DockerClient, type DockerAnswer } from "../../../engine/DockerClient.ts";
import { EdgeRuntime } from "../../../fleets/edge/EdgeRuntime.ts";

/** An engine whose edge notes what it is asked. */
class Noting extends DockerClient {
  readonly asked: string[] = [];
  readonly #answer: string;
  constructor(answer = "\n\n") {
    super();
    this.#answer = answer;
  }
  override exec(_container: string, command: readonly string[]): Promise<DockerAnswer> {
    this.asked.push(command.slice(1).join(" "));
    return Promise.resolve({ exitCode: 0, stdout: this.#answer, stderr: "", all: this.#answer });
  }
}
const servers = ["catalog/catalog-3", "unchecked_catalog/catalog-2"];

describe("an edge", () => {
  it("is told to drain servers, all at once", async () => {
    const engine = new Noting();
    await new EdgeRuntime("edge", engine).drain(servers);
    deepEqual(engine.asked, [
      "set server catalog/catalog-3 state drain; set server unchecked_catalog/catalog-2 state drain",
    ]);
  });

  it("sends to those whose box is gone when a check has passed; those without checks have none to pass", async () => {
    const engine = new Noting();
    await new EdgeRuntime("edge", engine).admit(servers, true);
    await new EdgeRuntime("edge", engine).admit(servers.slice(0, 1));
    await new EdgeRuntime("edge", engine).admit([]);
    const ready = servers.map((server) => `set server ${server} state ready`);
    deepEqual(engine.asked, [
      ["set server catalog/catalog-3 health down", ...ready].join("; "),
      "set server catalog/catalog-3 state ready",
    ]);
  });

  it("is told no more at once than it reads", async () => {
    const engine = new Noting();
    await new EdgeRuntime("edge", engine).drain(Array.from({ length: 250 }, (_, at) => `a/a-${at}`));
    deepEqual(
      engine.asked.map((each) => each.split("; ").length),
      [100, 100, 50],
    );
  });

  it("that does not do as it is told says so", async () => {
    await rejects(new EdgeRuntime("edge", new Noting("No such server.\n\n")).drain(servers), {
      message: "edge edge: expected to be obeyed, got No such server.",
    });
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { pebbleRoot } from "../fleets/acme/pebbleRoot.ts";
import { debianProgram } from "../registry/debianProgram.ts";
import { certificateFor } from "../support/certificate.ts";

/** Let's Encrypt's authority for tests (Pebble), in a box of the network in which an edge is, where it asks for host names. */
export class Authority {
  static readonly directory = "https://authority:14000/dir";
  /** By which its address is trusted, in PEM. */
  readonly roots: string;
  readonly #name: string;
  readonly #program: string;
  readonly #folder: string;

  private constructor(name: string, program: string, folder: string, roots: string) {
    this.#name = name;
    this.#program = program;
    this.#folder = folder;
    this.roots = roots;
  }

  /** Makes one that does not run yet; or says why there is none. @param folder for its files. */
  static async make(name: string, folder: string): Promise<Authority | { missing: string }> {
    const found = await debianProgram("pebble", "usr/bin/pebble");
    if ("missing" in found) return found;
    const program = (await execa("which", [found.program])).stdout;
    const { certificate, key } = await certificateFor(["authority"]);
    mkdirSync(folder, { recursive: true });
    const at = "/authority";
    const pebble = {
      ...{ listenAddress: "0.0.0.0:14000", managementListenAddress: "0.0.0.0:15000" },
      ...{ certificate: `${at}/certificate.pem`, privateKey: `${at}/key.pem`, httpPort: 80, tlsPort: 443 },
    };
    writeFileSync(path.join(folder, "certificate.pem"), certificate);
    writeFileSync(path.join(folder, "key.pem"), key);
    writeFileSync(path.join(folder, "pebble.json"), JSON.stringify({ pebble }));
    return new Authority(name, program, folder, certificate);
  }

  /** Starts it beside a door: every one of these host names is there. */
  async start(door: string, hosts: readonly string[]): Promise<void> {
    const format =
      "{{.Image}} {{range $name, $network := .NetworkSettings.Networks}}{{$name}} {{$network.IPAddress}}{{end}}";
    const { stdout } = await execa("docker", ["inspect", "--format", format, door]);
    const [image = "", network = "", address = ""] = stdout.split(" ");
    await execa("docker", [
      ...["run", "--detach", "--name", this.#name, "--network", network, "--network-alias", "authority"],
      ...hosts.flatMap((host) => ["--add-host", `${host}:${address}`]),
      ...["--publish", "127.0.0.1::15000", "--env", "PEBBLE_VA_NOSLEEP=1"],
      ...["--volume", `${this.#program}:/pebble:ro`, "--volume", `${this.#folder}:/authority:ro`],
      ...["--user", "0:0", "--entrypoint", "/pebble", image, "-config", "/authority/pebble.json"],
    ]);
  }

  /** The certificate on which all of its own stand, in PEM. */
  async root(): Promise<string> {
    const { stdout } = await execa("docker", ["port", this.#name, "15000"]);
    const port = Number(stdout.split(":").at(-1));
    return pebbleRoot(port, this.roots, "authority");
  }

  async dispose(): Promise<void> {
    await execa("docker", ["rm", "--force", this.#name], { reject: false });
  }
}

import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { freePort } from "../../sandbox/sandbox.ts";
import { certificateFor } from "../../support/certificate.ts";
import { debianProgram } from "../../registry/debianProgram.ts";
import { pebbleRoot } from "./pebbleRoot.ts";

/** How an authority is made that asks on this machine. */
export interface PebbleArgs {
  /** Where it may keep its files. */
  folder: string;
  /** The port at which it asks for every host name. */
  httpPort: number;
  /** How long its certificates are valid. */
  validSeconds: number;
}

type Process = ReturnType<typeof launch>;

function launch(program: string, args: readonly string[], env: Record<string, string> = {}) {
  return execa(program, args, { env, reject: false, stdin: "ignore", all: true, buffer: false });
}

/** Let's Encrypt's authority for tests, on this machine: every host name leads here. */
export class Pebble {
  readonly directory: string;
  /** By which its address is trusted, in PEM. */
  readonly roots: string;
  readonly #management: number;
  readonly #start: () => Process;
  readonly #names: Process;
  #process: Process;
  /** What all of its processes have said. */
  log = "";

  private constructor(
    ports: { api: number; management: number },
    roots: string,
    names: Process,
    start: () => Process,
  ) {
    this.directory = `https://localhost:${ports.api}/dir`;
    this.#management = ports.management;
    this.roots = roots;
    this.#names = names;
    this.#start = start;
    this.#process = this.start();
  }

  /** Starts one; or says why there is none. */
  static async start({ folder, httpPort, validSeconds }: PebbleArgs): Promise<Pebble | { missing: string }> {
    const pebble = await debianProgram("pebble", "usr/bin/pebble");
    const names = await debianProgram("pebble", "usr/bin/pebble-challtestsrv");
    if ("missing" in pebble) return pebble;
    if ("missing" in names) return names;
    const ports = { api: await freePort(), management: await freePort() };
    const dns = await freePort();
    const own = await certificateFor(["localhost"]);
    const at = (name: string) => path.join(folder, name);
    writeFileSync(at("certificate.pem"), own.certificate);
    writeFileSync(at("key.pem"), own.key);
    const settings = {
      listenAddress: `127.0.0.1:${ports.api}`,
      managementListenAddress: `127.0.0.1:${ports.management}`,
      ...{ certificate: at("certificate.pem"), privateKey: at("key.pem"), httpPort, tlsPort: 1 },
      certificateValidityPeriod: validSeconds,
    };
    writeFileSync(at("pebble.json"), JSON.stringify({ pebble: settings }));
    const none = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-management", ""];
    const dnsArgs = ["-dns01", `127.0.0.1:${dns}`, "-defaultIPv6", "", ...none];
    const started = launch(names.program, dnsArgs);
    started.all.resume();
    // It asks at once, and for renewals not again, after which lego would wait for 5 s. Nonces are refused at random: clients bear it.
    const env = { PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "100" };
    const args = ["-config", at("pebble.json"), "-dnsserver", `127.0.0.1:${dns}`];
    const start = () => launch(pebble.program, args, env);
    return new Pebble(ports, own.certificate, started, start);
  }

  private start(): Process {
    const started = this.#start();
    started.all.on("data", (part: Buffer) => {
      this.log += part.toString();
    });
    return started;
  }

  /** How many certificates it was asked for. */
  get orders(): number {
    return this.log.match(/POST \/order-plz/g)?.length ?? 0;
  }

  /** The certificate on which all of its own stand now, in PEM; another one after each start. */
  root(): Promise<string> {
    return pebbleRoot(this.#management, this.roots, "localhost");
  }

  /** It answers nobody any more. */
  async end(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
  }

  /** It does again, knowing nothing of before. */
  again(): void {
    this.#process = this.start();
  }

  async dispose(): Promise<void> {
    this.#names.kill("SIGKILL");
    await Promise.all([this.end(), this.#names]);
  }
}

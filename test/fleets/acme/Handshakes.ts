import { once } from "node:events";
import { connect } from "node:tls";

/** A client that makes a connection of its own for each request, one after the other: each has a handshake that may be lost. */
export class Handshakes {
  /** The certificates that were shown, in order, each once. */
  readonly shown = new Set<string>();
  readonly failures: string[] = [];
  count = 0;
  readonly #port: number;
  readonly #host: string;
  readonly #root: string;
  #stops = false;
  #running: Promise<void>;

  constructor(port: number, host: string, root: string) {
    this.#port = port;
    this.#host = host;
    this.#root = root;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#stops = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stops) {
      this.count++;
      const shown = await handshake(this.#port, this.#host, this.#root).catch((error: unknown) => {
        this.failures.push(String(error));
        return undefined;
      });
      if (shown !== undefined) this.shown.add(shown);
    }
  }
}

/** Asks once by TLS, trusting one root alone. @returns the fingerprint of what was shown. @throws Error when anything is wrong with it, or there is no answer. */
export async function handshake(port: number, host: string, root: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, servername: host, ca: root, timeout: 5000 });
  try {
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    if (!answer.toString().startsWith("HTTP/1.1 200")) throw new Error(answer.toString().split("\r\n")[0]);
    return fingerprint256;
  } finally {
    socket.destroy();
  }
}

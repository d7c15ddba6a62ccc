import { once } from "node:events";
import { constants } from "node:os";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";

/** How the Docker client ended, and what it said. */
export interface DockerAnswer {
  /** Undefined where it was not run to its end, or is not there. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Both, as they came. */
  all: string;
}

/** One run of the client. */
export interface DockerRun {
  /** For its standard input; default: none. */
  input?: string;
  /** Variables of its environment, for values that must not stand on a command line. */
  variables?: Readonly<Record<string, string>>;
  /** Ends it, where its answer is not wanted any more. */
  signal?: AbortSignal;
}

/** How a run ended whose streams were read or written meanwhile. */
export type DockerEnd = Pick<DockerAnswer, "exitCode" | "stderr">;

/** The Docker client of one engine: whatever is asked of an engine is asked by one of these. */
export class DockerClient {
  readonly #environment: Readonly<Record<string, string>>;

  /** @param environment variables on top of the process's own, which say which engine; default: this machine's. */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#environment = environment;
  }

  /** Runs the client whatever comes of it. Never throws. */
  async ask(args: readonly string[], { input, variables, signal }: DockerRun = {}): Promise<DockerAnswer> {
    const { exitCode, stdout, stderr, all, shortMessage } = await execa("docker", [...args], {
      ...{ env: { ...variables, ...this.#environment }, reject: false, all: true },
      ...(signal && { cancelSignal: signal }),
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    });
    const said = exitCode === undefined && stderr === "" ? (shortMessage ?? "") : stderr;
    return { exitCode, stdout, stderr: said, all };
  }

  /** Runs the client. @returns what it printed. @throws Error in its own words, and without a stack trace of ours in them. */
  async run(args: readonly string[], options: DockerRun = {}): Promise<string> {
    const answer = await this.ask(args, options);
    if (answer.exitCode !== 0) throw new Error(dockerProblem(args, answer.stderr));
    return answer.stdout;
  }

  /** The lines that it prints, each once, without empty ones. @throws Error as `run`. */
  async lines(args: readonly string[]): Promise<string[]> {
    return [...new Set((await this.run(args)).split("\n").filter((line) => line !== ""))];
  }

  /** Runs a program in a container. Never throws. */
  exec(container: string, command: readonly string[], options: DockerRun & { user?: string } = {}) {
    const { user, ...run } = options;
    const as = user === undefined ? [] : ["--user", user];
    const interactive = run.input === undefined ? [] : ["--interactive"];
    return this.ask(["exec", ...interactive, ...as, container, ...command], run);
  }

  /** As `ask`, for output that is no text, of up to 256 MiB. */
  async bytes(
    args: readonly string[],
  ): Promise<Pick<DockerAnswer, "exitCode" | "stderr"> & { stdout: Buffer }> {
    const { exitCode, stdout, stderr } = await execa("docker", [...args], {
      ...{ env: this.#environment, reject: false, stdin: "ignore", encoding: "buffer", maxBuffer: 2 ** 28 },
    });
    return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr).toString() };
  }

  /** The lines that it prints, on either stream, as they come; ends when it does. */
  follow(args: readonly string[]): AsyncIterable<string> {
    const child = execa("docker", [...args], {
      ...{ env: this.#environment, reject: false, stdin: "ignore", all: true, buffer: false },
    });
    return child.iterable({ from: "all" });
  }

  /**
   * Runs the client on this process's own standard streams, to its end, and hands SIGTERM on to it; Ctrl-C reaches it by the terminal.
   * @returns its exit code; 128 and the signal's number where one ended it.
   */
  async attached(args: readonly string[]): Promise<number> {
    const child = execa("docker", [...args], { env: this.#environment, reject: false, stdio: "inherit" });
    const handOn = () => void child.kill("SIGTERM");
    process.on("SIGTERM", handOn);
    try {
      const { exitCode, signal } = await child;
      return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
    } finally {
      process.off("SIGTERM", handOn);
    }
  }

  /** The bytes that it writes to standard output, while it does; returns how it ended. Who stops reading ends it. */
  async *output(args: readonly string[]): AsyncGenerator<Uint8Array, DockerEnd> {
    const child = execa("docker", [...args], {
      ...{ env: this.#environment, reject: false, stdin: "ignore", encoding: "buffer" },
      buffer: { stdout: false },
    });
    try {
      for await (const part of child.stdout) yield part as Uint8Array;
      const { exitCode, stderr } = await child;
      return { exitCode, stderr: Buffer.from(stderr).toString() };
    } finally {
      child.kill();
    }
  }

  /** The client's command line, and its environment, for who runs it with a log. */
  line(args: readonly string[]) {
    return { command: ["docker", ...args] as const, environment: { ...this.#environment } };
  }

  /**
   * Runs the client on something that repeats what it is told, with a standard input that stays open until it is released, or this process ends.
   * @returns once it repeats: what releases it, and waits for its end. @throws Error when it ends before.
   */
  async held(args: readonly string[]): Promise<() => Promise<void>> {
    const child = execa("docker", [...args], {
      ...{ env: this.#environment, reject: false, stdin: "pipe", buffer: { stdout: false } },
    });
    child.stdin.on("error", () => undefined);
    child.stdin.write("\n");
    const ended = child.then(({ stderr }) => stderr);
    const problem = await Promise.race([once(child.stdout, "data").then(() => undefined), ended]);
    if (problem !== undefined) throw new Error(dockerProblem(args, problem));
    return async () => {
      child.stdin.end();
      await child;
    };
  }

  /** Gives it a standard input of any length. @returns how it ended, and whether it had read all. @throws Error of the input. */
  async feed(
    args: readonly string[],
    input: AsyncIterable<Uint8Array>,
  ): Promise<DockerEnd & { whole: boolean }> {
    const child = execa("docker", [...args], { env: this.#environment, reject: false, stdout: "ignore" });
    const failure = await pipeline(input, child.stdin).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    if (failure && !isClosedPipe(failure)) {
      child.kill();
      await child;
      throw failure;
    }
    const { exitCode, stderr } = await child;
    return { exitCode, stderr, whole: failure === undefined };
  }

  /** Has another engine load what this one saves, without a file between them. @throws Error when either fails. */
  async sendImage(image: string, to: DockerClient): Promise<void> {
    const settings = { encoding: "buffer", buffer: { stdout: false }, reject: false } as const;
    const save = execa("docker", ["save", image], { ...settings, env: this.#environment });
    const load = save.pipe("docker", ["load", "--quiet"], { env: to.#environment, reject: false });
    const [saved, loaded] = await Promise.all([save, load]);
    const words = Buffer.from(saved.stderr).toString();
    // Who loads no more breaks the pipe of who saves; and what is not saved is not loaded either.
    const isBroken =
      saved.exitCode === undefined || words.trim() === "" || /broken pipe|reset by peer/i.test(words);
    if (saved.exitCode !== 0 && !isBroken) throw new Error(dockerProblem(["save"], words));
    if (loaded.exitCode !== 0) throw new Error(dockerProblem(["load"], loaded.stderr));
    if (saved.exitCode !== 0) throw new Error(dockerProblem(["save"], words));
  }
}

/** The engine of this machine, or the one that the process was told of. */
export const localEngine = new DockerClient();

/** It ended before it had read everything: its own words say why. */
function isClosedPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** What the client said where the engine did not do as it was asked, with the way out where that is known. */
export function dockerProblem(args: readonly string[], reason: string): string {
  const named = args.slice(0, ["image", "container", "network"].includes(args[0] ?? "") ? 2 : 1).join(" ");
  const silent = /cannot connect|is the docker daemon running|ENOENT/i.test(reason) || reason.trim() === "";
  const full = /no space left on device/i.test(reason);
  const fix = silent
    ? "; is the Docker Engine running?"
    : full
      ? "; its disk is full: free some of it (npm run collect)"
      : "";
  return `docker ${named}: expected an answer of the engine, got ${reason.trim() || "none"}${fix}`;
}

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { emulatorPython } from "./environment.ts";

/** A running AWS emulator (moto: EC2, EBS direct APIs, ELBv2, Auto Scaling, SSM, IAM, S3 …). */
export interface Emulator {
  /** Base address of every service, for example http://127.0.0.1:40001. */
  endpoint: string;
  /** Environment variables with which an SDK, Pulumi or a child process talks to the emulator and to nothing else. */
  environment: Record<string, string>;
  /** What it was asked so far by others than this process, as IAM calls it (`ec2:RunInstances`), once each, in order. */
  asked(): string[];
  /** Forgets every resource of every account and region. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Credentials that only the emulator accepts; a request that strayed to AWS would be refused. */
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "testing",
  AWS_SECRET_ACCESS_KEY: "testing",
  AWS_REGION: "eu-central-1",
};

/** Without the hundreds of AMIs and snapshots of others that moto brings: each look-up would go through all of them (0.2 s). */
const SETTINGS = { MOTO_EC2_LOAD_DEFAULT_AMIS: "false" };

/**
 * Starts the emulator on a free port of 127.0.0.1; the first call on a machine installs it (65 s), later ones take 2 s.
 *
 * The server ends when its standard input closes, so even a killed test leaves none behind. Give Mocha's `before` hook
 * a time-out of 10 minutes.
 *
 * @throws when Python or pip fails, or the server ends before it listens; the message holds its error output
 */
export async function startEmulator(): Promise<Emulator> {
  // What tests themselves ask says so, and is not noted.
  process.env["AWS_EXECUTION_ENV"] = "test";
  const folder = mkdtempSync(join(tmpdir(), "fleet-emulator-"));
  const actions = join(folder, "actions");
  writeFileSync(actions, "");
  const server = spawn(await emulatorPython(), [join(import.meta.dirname, "server.py")], {
    env: { ...process.env, ...SETTINGS, ASKED_ACTIONS: actions },
  });
  const endpoint = `http://127.0.0.1:${await listeningPort(server)}`;
  return {
    endpoint,
    environment: {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_EXECUTION_ENV: "",
    },
    asked: () => readFileSync(actions, "utf8").split("\n").filter(Boolean).sort(),
    reset: async () => {
      await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
    },
    stop: async () => {
      server.stdin.end();
      if (server.exitCode === null) await once(server, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listeningPort(server: ChildProcess): Promise<string> {
  let errors = "";
  server.stderr?.on("data", (text: Buffer) => (errors = (errors + text.toString()).slice(-10_000)));
  if (!server.stdout) throw new Error("emulator: no standard output");
  for await (const line of createInterface({ input: server.stdout })) return line;
  throw new Error(`emulator: expected a port, got none; ${errors}`);
}

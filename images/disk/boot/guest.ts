import { createWriteStream } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { execa } from "execa";
import { fixedEnvironment } from "../../../work/execute.ts";
import { qemuArguments, type VirtualMachine } from "./qemu.ts";
import { isFatal, parseCritical, parseReport, type GuestReport } from "./report.ts";

/** A running virtual machine and what it has said so far. */
export interface Guest {
  reports: GuestReport[];
  criticalMessages: string[];
  /** Settles with the first byte of the console; never rejects. */
  spoke: Promise<unknown>;
  /** Settles when QEMU says that KVM gave the machine up, which then stands still; never rejects. */
  givenUp: Promise<void>;
  /** Settles with the first report; never rejects. */
  started: Promise<void>;
  /** Settles when the machine is gone, with its complaint if it has one. */
  exited: Promise<string | undefined>;
  /** Asks the guest to switch itself off, as its power button does. */
  powerDown: () => void;
  /** Ends the machine at once. */
  kill: () => void;
}

/** QEMU's words (accel/kvm/kvm-all.c, kvm_cpu_exec) for what stops a machine without ending it. */
const kvmGaveUp = /^(KVM internal error|KVM: entry failed|error: kvm run failed)/u;

/** Starts a machine; its console goes into a log file and is read for reports. */
export function startGuest(machine: VirtualMachine, consoleLog: string): Guest {
  const child = execa("qemu-system-x86_64", qemuArguments(machine), {
    ...{ stdin: "ignore", stdout: "pipe", buffer: { stdout: false, stderr: true }, reject: false },
    env: fixedEnvironment,
  });
  const reports: GuestReport[] = [];
  const criticalMessages: string[] = [];
  let fatal: string | undefined;
  const log = createWriteStream(consoleLog, { mode: 0o600 });
  const started = Promise.withResolvers<undefined>();
  const spoke = once(child.stdout, "data").catch(() => new Promise(() => undefined));
  child.stdout.pipe(log);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const report = parseReport(line);
    const critical = parseCritical(line);
    if (isFatal(line)) {
      fatal ??= line.trim();
      child.kill("SIGTERM");
    }
    if (critical !== undefined) criticalMessages.push(critical);
    if (!report) return;
    reports.push(report);
    started.resolve(undefined);
  });
  const givenUp = Promise.withResolvers<undefined>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (kvmGaveUp.test(line)) givenUp.resolve(undefined);
  });
  const exited = Promise.all([child, once(log, "close")]).then(([result]) =>
    fatal === undefined ? complaintOf(result) : `boot: expected a running system, got: ${fatal}`,
  );
  return {
    ...{ reports, criticalMessages, exited, spoke, started: started.promise, givenUp: givenUp.promise },
    powerDown: () =>
      void connect(machine.monitor)
        .on("error", () => undefined)
        .end("system_powerdown\n"),
    kill: () => void child.kill("SIGTERM"),
  };
}

function complaintOf(result: {
  code?: string | undefined;
  exitCode?: number | undefined;
  stderr?: unknown;
  isTerminated: boolean;
}): string | undefined {
  if (result.code === "ENOENT")
    return "qemu-system-x86_64: expected on PATH, got nothing; install qemu-system-x86";
  if (result.exitCode === 0 || result.isTerminated) return undefined;
  return `qemu-system-x86_64: expected exit code 0, got ${result.exitCode ?? "none"}; it said: ${String(result.stderr).trim()}`;
}

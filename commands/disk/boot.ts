import { readFileSync } from "node:fs";
import { bootTest } from "../../images/disk/boot/bootTest.ts";
import type { HealthPath } from "../../images/disk/boot/judge.ts";
import { machineKinds } from "../../images/disk/boot/qemu.ts";
import { command } from "../line/command.ts";
import { choice, mapped, optional, required, several, UsageProblem, wholeNumber } from "../line/option.ts";
import { print } from "./facts.ts";

export default command({
  name: "boot",
  about: "Boots a disk in a virtual machine and checks it; the disk stays as it is.",
  summary: "boots a disk in a virtual machine and checks it",
  options: {
    disk: required("FILE", "disk"),
    format: choice("FORMAT", ["raw", "qcow2", "vmdk"], "format of the disk"),
    digest: required("sha256:…", "digest that the box must report"),
    health: mapped(several("PORT/PATH", "path that must answer 200, such as 8080/health"), (all) =>
      all.map(healthPathOf),
    ),
    "timeout-seconds": wholeNumber("SECONDS", "time for the whole boot", 300),
    "console-log": optional("FILE", "console's output (default: DISK.console.log)"),
    machine: choice("KIND", machineKinds, "devices"),
    "user-data": optional("FILE", "cloud-init's user data (default: none)"),
    "memory-mib": wholeNumber("MIB", "memory", 1024),
  },
  onStack: false,
  run: async (values) => {
    const { disk, format, digest, health: healthPaths, machine, "user-data": userData } = values;
    print(
      await bootTest({
        ...{ disk, format, digest, healthPaths, machine },
        consoleLog: values["console-log"] ?? `${disk}.console.log`,
        ...(userData !== undefined && { userData: readFileSync(userData, "utf8") }),
        timeoutSeconds: values["timeout-seconds"],
        memoryMiB: values["memory-mib"],
      }),
    );
  },
});

/** `8080/health` as a port and a path. */
function healthPathOf(text: string): HealthPath {
  const [, port, path] = /^(\d{1,5})(\/.*)$/.exec(text) ?? [];
  if (port === undefined || path === undefined || Number(port) > 65535)
    throw new UsageProblem("PORT/PATH", text, "write it as 8080/health");
  return { port: Number(port), path };
}

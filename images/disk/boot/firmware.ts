import { existsSync } from "node:fs";

/** UEFI firmware of the boot test. */
export interface Firmware {
  code: string;
  /** Template of its variables; each boot gets a copy. */
  variables: string;
}

/** Where distributions put OVMF: Debian and Ubuntu (new and old), Fedora and RHEL, Arch. */
const places: Firmware[] = [
  { code: "/usr/share/OVMF/OVMF_CODE_4M.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
  { code: "/usr/share/OVMF/OVMF_CODE.fd", variables: "/usr/share/OVMF/OVMF_VARS.fd" },
  { code: "/usr/share/edk2/ovmf/OVMF_CODE.fd", variables: "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
  { code: "/usr/share/edk2/x64/OVMF_CODE.4m.fd", variables: "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
];

/** @throws Error when there is no firmware. */
export function findFirmware(): Firmware {
  const found = places.find(({ code, variables }) => existsSync(code) && existsSync(variables));
  if (found) return found;
  throw new Error(`OVMF: expected at ${places[0]?.code ?? ""}, got nothing; install ovmf`);
}

import { deepEqual } from "node:assert/strict";
import { upgradesIn } from "../../../operations/freshen/upgrades.ts";

describe("what apt would upgrade", () => {
  it("is read from what it prints, with what comes from an archive of security updates", () => {
    const output = [
      "NOTE: This is only a simulation!",
      "The following packages will be upgraded:",
      "  libssl3 openssl tzdata",
      "Inst libssl3 [3.0.15-1~deb12u1] (3.0.17-1~deb12u2 Debian:12.12/oldstable, Debian-Security:12/oldstable-security [amd64])",
      "Inst openssl [3.0.13-0ubuntu3] (3.0.13-0ubuntu3.6 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64]) []",
      "Inst tzdata [2024a-0+deb12u1] (2025b-0+deb12u2 Debian:12.12/oldstable [all])",
      "Inst libc6:i386 [2.36-9] (2.36-9+deb12u13 Debian:12.12/oldstable [i386]) [libssl3:amd64 ]",
      "Inst ledger [1.0] (1.1 12/stable [all])",
      "Inst brand-new (1.0 Debian:12.12/oldstable [amd64])",
      "Remv old [1.0]",
      "Conf libssl3 (3.0.17-1~deb12u2 Debian-Security:12/oldstable-security [amd64])",
    ].join("\n");
    deepEqual(
      upgradesIn(output).map(({ name, installed, candidate, security }) => [
        name,
        installed,
        candidate,
        security,
      ]),
      [
        ["libssl3", "3.0.15-1~deb12u1", "3.0.17-1~deb12u2", true],
        ["openssl", "3.0.13-0ubuntu3", "3.0.13-0ubuntu3.6", true],
        ["tzdata", "2024a-0+deb12u1", "2025b-0+deb12u2", false],
        ["libc6:i386", "2.36-9", "2.36-9+deb12u13", false],
        ["ledger", "1.0", "1.1", false],
      ],
    );
  });
});

import { serverRows } from "./serverRows.ts";

/** What the edge says of one server: HAProxy's `show stat` (management guide, 9.1). */
export interface ServerState {
  backend: string;
  name: string;
  /** `IP:port` of the box; empty for a free slot. */
  address: string;
  healthy: boolean;
  /** Whether its last check passed, whatever requests it is sent. */
  checked: boolean;
  /** Requests in flight. */
  sessions: number;
  /** Result of the last check, for people. */
  detail: string;
}

/** The servers in the answer to `show stat`. */
export function parseServerStates(csv: string): ServerState[] {
  return serverRows(csv).map((value) => ({
    backend: value("pxname"),
    name: value("svname"),
    address: value("addr"),
    healthy: value("status").startsWith("UP"),
    // An asterisk says that another check is under way.
    checked: /^(\* )?L\dOK/.test(value("check_status")),
    sessions: Number(value("scur")),
    detail: [
      value("status"),
      value("check_status"),
      value("check_code"),
      value("last_chk") || value("check_desc"),
    ]
      .filter((part) => part !== "")
      .join(" "),
  }));
}

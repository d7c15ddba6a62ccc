import { z } from "zod";
import { hostPattern } from "./addresses.ts";
import { matchingText } from "./text.ts";

const address = matchingText(hostPattern, "a host name or IPv4 address");
const hostKey = matchingText(
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-\S+) [A-Za-z0-9+/]+=*$/,
  "a public host key: its type and base64 (ssh-ed25519 AAAA…)",
);
const user = matchingText(/^[a-z_][a-z0-9_.-]{0,31}$/, "a user name");
const path = matchingText(/^(~\/|\/)?[^\s~]\S*$/, "a path: absolute, below ~/ or in the project");
/** Where a private key is. */
export const privateKey = path.describe("File of the private key; default: the SSH agent's.");

/** A machine that is reached by SSH. */
export const hostSchema = z
  .strictObject({
    address: address.describe("Where it is reached, by SSH and by the edge."),
    hostKey: hostKey.describe("Its public key, as `ssh-keyscan` shows it; verified always."),
    port: z
      .int({ error: "a port from 1 to 65535" })
      .min(1, { error: "a port from 1 to 65535" })
      .max(65535, { error: "a port from 1 to 65535" })
      .default(22)
      .describe("Port of its SSH server."),
    user: user.optional().describe("Who logs in; default: the fleet's."),
  })
  .describe("One host.");

/** Which mutable hosts a fleet has, and how they are reached: the key `hosts` of a placement whose target is hosts. */
export const hostsSchema = z
  .strictObject({
    members: z
      .record(matchingText(/^[a-z][a-z0-9-]{0,62}$/, "a host's name in lower case"), hostSchema)
      .default({})
      .describe("The hosts, by name; or name an inventory."),
    inventory: matchingText(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path inside the project")
      .optional()
      .describe("An Ansible inventory (file, folder or script), by its path in the project."),
    group: matchingText(/^[A-Za-z_][A-Za-z0-9_-]*$/, "the name of a group")
      .optional()
      .describe("Group of the inventory that is this fleet; default: the fleet's name."),
    knownHosts: path
      .optional()
      .describe("File with the host keys of an inventory's hosts; default: ~/.ssh/known_hosts."),
    user: user.optional().describe("Who logs in, where a host does not say."),
    privateKey: privateKey.optional(),
    mayDiffer: z
      .array(
        matchingText(
          /^(package|file|user|service|port) \S+$/,
          "what may differ: package, file, user, service or port, and a name; * stands for any characters",
        ),
      )
      .default([])
      .describe(
        "What `npm run parity` may find different there, such as `package openssh-*` or `port tcp/22`.",
      ),
    become: z.boolean().default(true).describe("Become root by sudo; for a user who is not root."),
  })
  .describe("The mutable hosts of a fleet.");

export type HostSettings = z.output<typeof hostsSchema>;

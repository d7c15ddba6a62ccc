import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A metadata service that runs. */
export interface MetadataService {
  /** On 127.0.0.1. */
  port: number;
  stop(): void;
}

/** Folders end with a slash in a listing. */
interface Folder {
  [name: string]: string | Folder;
}

const mac = "52:54:00:12:34:56";

/** What of EC2's categories cloud-init asks for: each costs a request. The network card is QEMU's first. */
const metadata: Folder = {
  "instance-id": "i-00000000000000000",
  "local-hostname": "boot-test",
  network: { interfaces: { macs: { [mac]: { "device-number": "0" } } } },
};

const identity = { instanceId: "i-00000000000000000", region: "xx-test-1", availabilityZone: "xx-test-1a" };
const served: Folder = {
  "meta-data": metadata,
  dynamic: { "instance-identity": { document: JSON.stringify(identity) } },
};

/**
 * EC2's instance metadata service in version 2 alone, as AWS documents it ("Use the Instance Metadata Service to access instance
 * metadata"): a session token is put, and asked for at every other request, else the answer is 401.
 */
export async function serveMetadata(userData: string): Promise<MetadataService> {
  const token = randomBytes(32).toString("base64url");
  const server = createServer((request, response) => {
    const [status, body] = answer(request, token, userData);
    response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(
  { method, url = "", headers }: IncomingMessage,
  token: string,
  userData: string,
): [number, string] {
  if (method === "PUT")
    return headers["x-aws-ec2-metadata-token-ttl-seconds"] === undefined ? [400, ""] : [200, token];
  if (headers["x-aws-ec2-metadata-token"] !== token) return [401, ""];
  const [, , ...names] = url.split("/");
  if (names.join("/") === "user-data") return [200, userData];
  const found = lookUp(served, names);
  return found === undefined ? [404, ""] : [200, found];
}

function lookUp(folder: Folder, [name = "", ...rest]: string[]): string | undefined {
  if (name === "") return Object.entries(folder).map(listed).join("\n");
  const entry = folder[name];
  return typeof entry === "object" ? lookUp(entry, rest) : entry;
}

function listed([name, entry]: [string, string | Folder]): string {
  return typeof entry === "object" ? `${name}/` : name;
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { sha256 } from "../../plan/digest.ts";
import { hostOf, listenHere } from "../support/listen.ts";

/** A version of a collection, or of a role, which needs nothing. */
interface Given {
  name: string;
  version: string;
  dependencies: Readonly<Record<string, string>>;
  archive: Buffer;
}

const script = `import hashlib, io, json, sys, tarfile
file, name, version, needs = sys.argv[1:]
space, short = name.split(".")
archive = tarfile.open(file, "w:gz")
def put(path, text):
    info = tarfile.TarInfo(path)
    info.size, info.mode = len(text), 0o644
    archive.addfile(info, io.BytesIO(text))
    return {"name": path, "ftype": "file", "chksum_type": "sha256", "chksum_sha256": hashlib.sha256(text).hexdigest(), "format": 1}
def folder(path):
    return {"name": path, "ftype": "dir", "chksum_type": None, "chksum_sha256": None, "format": 1}
if needs == "role":
    put("db/meta/main.yml", b"galaxy_info: {author: us, description: db}\\n")
    put("db/tasks/main.yml", b"[]\\n")
else:
    readme = put("README.md", version.encode())
    files = put("FILES.json", json.dumps({"files": [folder("."), readme], "format": 1}).encode())
    own = {"namespace": space, "name": short, "version": version, "authors": ["us"], "readme": "README.md", "dependencies": json.loads(needs)}
    put("MANIFEST.json", json.dumps({"collection_info": own, "file_manifest_file": files, "format": 1}).encode())
archive.close()
`;

/** A server of collections and roles, as Ansible Galaxy is, that a test publishes on a loopback port. */
export class GalaxyServer {
  readonly #collections: Given[] = [];
  readonly #roles: Given[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", this.url);
      const [part, ...parts] = pathname.split("/").filter((each) => each !== "");
      const answer =
        part === "files"
          ? this.#file(parts[0], parts[1])
          : part === "api"
            ? this.#api(parts, searchParams)
            : undefined;
      if (answer === undefined) response.writeHead(404).end("{}");
      else if (Buffer.isBuffer(answer)) response.end(answer);
      else response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<GalaxyServer> {
    const server = new GalaxyServer();
    await listenHere(server.#server);
    return server;
  }

  get url(): string {
    return `http://${hostOf(this.#server)}/`;
  }

  async publish(
    name: string,
    version: string,
    dependencies: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const archive = await archiveOf(name, version, JSON.stringify(dependencies));
    this.#collections.push({ name, version, dependencies, archive });
  }

  async publishRole(name: string, version: string): Promise<void> {
    this.#roles.push({ name, version, dependencies: {}, archive: await archiveOf(name, version, "role") });
  }

  /** Has a collection in a version no more. */
  withdraw(name: string, version: string): void {
    const at = this.#collections.findIndex((each) => each.name === name && each.version === version);
    this.#collections.splice(at, 1);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #file(name?: string, version?: string): Buffer | undefined {
    const all = [...this.#collections, ...this.#roles];
    return all.find((each) => each.name === name && each.version === version)?.archive;
  }

  #api(parts: readonly string[], asked: URLSearchParams): object | undefined {
    const [version, kind, space = "", name = "", ...more] = parts;
    if (version === undefined) return { available_versions: { v1: "v1/", v3: "v3/" } };
    if (version === "v1")
      return this.#role(space, `${asked.get("owner__username") ?? ""}.${asked.get("name") ?? ""}`);
    if (kind !== "collections") return undefined;
    const all = this.#collections.filter((each) => each.name === `${space}.${name}`);
    if (more.length === 0 || all.length === 0) return all.length === 0 ? undefined : times;
    const found = all.find((each) => each.version === more[1]);
    if (more.length === 1)
      return { meta: { count: all.length }, links: {}, data: all.map((each) => ({ version: each.version })) };
    return found && this.#collection(found, space, name);
  }

  #collection({ name, version, dependencies, archive }: Given, space: string, short: string): object {
    return {
      ...{ namespace: { name: space }, collection: { name: short }, name: short, version, signatures: [] },
      ...{
        metadata: { dependencies },
        href: `${this.url}api/v3/collections/${space}/${short}/versions/${version}/`,
      },
      ...{ download_url: `${this.url}files/${name}/${version}`, artifact: { sha256: sha256(archive) } },
    };
  }

  /** Of Galaxy's first interface: a role by its owner and name, or the versions of the one. */
  #role(id: string, name: string): object {
    const versions = this.#roles.map((each) => ({
      name: each.version,
      download_url: `${this.url}files/${each.name}/${each.version}`,
    }));
    if (id !== "") return { results: versions };
    const known = this.#roles.some((each) => each.name === name);
    return { results: known ? [{ id: 1, github_user: "us", github_repo: "db" }] : [] };
  }
}

/** When a collection was made and changed, which is asked before its versions. */
const times = { created_at: "2026-11-28T20:11:03Z", updated_at: "2026-11-28T20:11:03Z" };

async function archiveOf(name: string, version: string, needs: string): Promise<Buffer> {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-galaxy-"));
  try {
    const file = path.join(folder, "archive.tar.gz");
    await execa("python3", ["-c", script, file, name, version, needs]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

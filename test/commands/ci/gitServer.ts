import { execFile, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

/** Repositories below a folder, served by Git's own program for HTTP to whoever gives a password (git-http-backend(1)). */
export async function serveGit(folder: string, login: string) {
  const { stdout } = await promisify(execFile)("git", ["--exec-path"]);
  const program = `${stdout.trim()}/git-http-backend`;
  const server = createServer((request, response) => {
    const given = /^Basic (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (Buffer.from(given, "base64").toString() !== login)
      return response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end();
    answer(program, folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** One request by the common gateway interface (RFC 3875). */
function answer(program: string, folder: string, request: IncomingMessage, response: ServerResponse): void {
  const [path, query = ""] = (request.url ?? "").split("?");
  const env = {
    ...{ GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: "1", REMOTE_USER: "someone", PATH_INFO: path },
    ...{ QUERY_STRING: query, REQUEST_METHOD: request.method },
    ...{
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
    },
    ...{ GIT_PROTOCOL: request.headers["git-protocol"] as string | undefined, PATH: process.env["PATH"] },
  };
  const child = spawn(program, { env: { ...process.env, ...env } });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf("\r\n\r\n");
    const headers = all.subarray(0, end).toString().split("\r\n");
    const of = (line: string) =>
      [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as const;
    const fields = Object.fromEntries(headers.map(of));
    const { Status = "200", ...others } = fields;
    response.writeHead(Number.parseInt(Status), others).end(all.subarray(end + 4));
  });
}

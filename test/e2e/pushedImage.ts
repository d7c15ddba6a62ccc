import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";

/** What a test's image consists of: HAProxy and its libraries alone, which answers every request with its version. */
const dockerfile = `FROM scratch
ADD root.tar /
COPY haproxy.cfg /etc/haproxy.cfg
USER 65534:65534
WORKDIR /etc
VOLUME /var/spool/shop
STOPSIGNAL SIGUSR1
HEALTHCHECK --interval=1s CMD ["/usr/sbin/haproxy", "-c", "-f", "/etc/haproxy.cfg"]
ENTRYPOINT ["/usr/sbin/haproxy", "-db", "-f"]
CMD ["haproxy.cfg"]
`;

/** What else it listens on: plain TCP, and gRPC. */
export const shopPorts = {
  mail: { port: 2525, protocol: "tcp" },
  rpc: { port: 50051, protocol: "grpc" },
};

/** When it is told to stop it fails its health check first, and serves on until the edge has seen that. */
export const shopConfiguration = (says: string) => `global
  grace 2s
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend shop
  bind :80
  http-request return status 503 if { path /healthz } { stopping }
  http-request return status 200 content-type text/plain string "shop ${says}"
listen mail
  bind :${shopPorts.mail.port}
  mode tcp
  server itself 127.0.0.1:80
frontend rpc
  bind :${shopPorts.rpc.port} proto h2
  http-request return status 200 content-type application/grpc hdr grpc-status 0 string "shop ${says}"
`;

/**
 * Makes an image that has no shell and no program but its own, and pushes it.
 * @param haproxy an image that has HAProxy, and tar. @param name with a tag, in a registry.
 */
export async function pushedImage(haproxy: string, name: string, version: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "pushed-image-"));
  try {
    const copy = "tar --create --dereference /usr/sbin/haproxy $(ldd /usr/sbin/haproxy | grep -o '/[^ ]*')";
    const run = ["run", "--rm", "--user", "0:0", "--entrypoint", "/bin/sh", haproxy, "-c", copy];
    await execa("docker", run, { stdout: { file: path.join(folder, "root.tar") } });
    writeFileSync(path.join(folder, "haproxy.cfg"), shopConfiguration(String(version)));
    writeFileSync(path.join(folder, "Dockerfile"), dockerfile);
    // Never one of an earlier run, which other registries had.
    await execa("docker", ["build", "--quiet", "--no-cache", "--tag", name, folder]);
    await execa("docker", ["push", "--quiet", name]);
    // As where it was never made.
    await execa("docker", ["image", "rm", name]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

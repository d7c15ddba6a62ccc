import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";

/** A Debian system with systemd and an SSH server: a host as Ansible and the edge see one. */
export interface TestHost {
  name: string;
  /** Its container. */
  id: string;
  address: string;
  /** Its public key: type and base64. */
  hostKey: string;
  /** Runs a program there, as root. */
  run(...command: string[]): Promise<string>;
}

const install = `set -eu
export DEBIAN_FRONTEND=noninteractive
packages() { dpkg-query --show --showformat '\${Package}\n' | sort; }
packages > /tmp/before
apt-get update -qq >/dev/null
apt-get install -qq --no-install-recommends openssh-server sudo >/dev/null 2>&1
rm -f /etc/ssh/ssh_host_*
useradd --create-home --shell /bin/sh deploy
echo 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/deploy
mkdir -m 700 /home/deploy/.ssh
cat > /home/deploy/.ssh/authorized_keys
chown -R deploy:deploy /home/deploy/.ssh
packages | comm -13 /tmp/before -
`;

/** Hosts of one image: the project's base layer, an SSH server, and a user `deploy` who may become root. */
export class TestHosts {
  /** The private key of `deploy`. */
  readonly privateKey: string;
  private readonly folder = mkdtempSync(path.join(tmpdir(), "fleet-test-hosts-"));
  private readonly containers: string[] = [];
  /** What the hosts have that their base has not. */
  packages: string[] = [];
  private image = "";

  constructor() {
    this.privateKey = path.join(this.folder, "key");
  }

  /** Makes the hosts' image from an image of the engine. */
  async prepare(base: string): Promise<void> {
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", this.privateKey]);
    const options = ["--interactive", "--user=0:0", "--entrypoint=/bin/sh"];
    const { stdout: id } = await execa("docker", ["create", ...options, base, "-c", install]);
    this.containers.push(id);
    const installed = await execa("docker", ["start", "--attach", "--interactive", id], {
      input: readFileSync(`${this.privateKey}.pub`, "utf8"),
    });
    this.packages = installed.stdout.split("\n");
    const { stdout } = await execa("docker", ["commit", "--change", 'ENTRYPOINT ["/sbin/init"]', id]);
    this.image = stdout;
  }

  /** Starts a host in a network of the engine; `more` are options of `docker run`. */
  async start(name: string, network: string, more: readonly string[] = []): Promise<TestHost> {
    const options = [
      ...["--detach", "--hostname", name, "--network", network, "--user", "0:0"],
      ...[
        "--security-opt",
        "seccomp=unconfined",
        "--cgroupns=host",
        "--volume",
        "/sys/fs/cgroup:/sys/fs/cgroup:rw",
      ],
      ...["--tmpfs", "/run:exec", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec"],
      ...["--env", "container=docker", "--stop-signal", "SIGRTMIN+3"],
      ...more,
    ];
    const { stdout: id } = await execa("docker", ["run", ...options, this.image]);
    this.containers.push(id);
    const run = async (...command: string[]) =>
      (await execa("docker", ["exec", "--user", "0:0", id, ...command])).stdout;
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/ssh/ssh_host_ed25519_key");
    await run(
      "sh",
      "-c",
      "until systemctl is-system-running | grep -Eq 'running|degraded'; do sleep 0.2; done",
    );
    await run("systemctl", "restart", "ssh.service");
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const { stdout: address } = await execa("docker", ["inspect", "--format", format, id]);
    const [type = "", key = ""] = (await run("cat", "/etc/ssh/ssh_host_ed25519_key.pub")).split(" ");
    return { name, id, address, hostKey: `${type} ${key}`, run };
  }

  async dispose(): Promise<void> {
    if (this.containers.length > 0)
      await execa("docker", ["rm", "--force", "--volumes", ...this.containers], { reject: false });
    if (this.image !== "") await execa("docker", ["image", "rm", this.image], { reject: false });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

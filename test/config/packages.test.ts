import { refuses } from "./refuses.ts";

describe("a configuration of packages and provisioners that do not fit is refused", () => {
  refuses(
    "packages without an origin, with two, and of a folder without a definition",
    [
      [
        "layers/python/packages",
        { a1: {}, b1: { source: "apps/b1", version: "1" }, c1: { source: "apps/c1" } },
      ],
    ],
    [
      "layers.python.packages.b1.source: expected a file or folder of the project, got apps/b1/nfpm.yaml; create it or correct the path",
      "layers.python.packages.c1.source: expected a file or folder of the project, got apps/c1/nfpm.yaml; create it or correct the path",
      "layers.python.packages.a1: expected either source or version, got neither; name the folder that it is made of, or the version to install",
      "layers.python.packages.b1: expected either source or version, got both; name the folder that it is made of, or the version to install",
    ],
  );
  refuses(
    "an RPM distribution without repositories, or from one that nothing vouches for",
    [
      ["layers/base/from", { dnf: { release: "9", repositories: {} } }],
      [
        "layers/other",
        {
          from: {
            dnf: {
              release: "9",
              repositories: {
                os: { url: "https://os.example" },
                own: { url: "file:///own", key: "own.asc" },
              },
            },
          },
        },
      ],
    ],
    [
      "layers.base.from.dnf.repositories: expected at least one repository, got none; add one",
      "layers.other.from.dnf.repositories.os: expected a digest, a key or both, got neither; add the digest of its repodata/repomd.xml, or the key of its packages",
      "layers.other.from.dnf.repositories.own.key: expected a file or folder of the project, got own.asc; create it or correct the path",
    ],
  );
  refuses(
    "a package repository that is nowhere, with a user without a password and a key that is not there",
    [["packages", { repositories: { team: { username: "build", key: "team.asc" } } }]],
    [
      "packages.repositories.team: expected apt, yum or both, got neither; say where the repository is",
      "packages.repositories.team.key: expected a file or folder of the project, got team.asc; create it or correct the path",
      "packages.repositories.team: expected username and password, or neither, got one of them; add the other",
    ],
  );
  refuses(
    "a package repository without a key that nobody trusts, with both, and with a password that everybody may read",
    [
      [
        "packages",
        {
          repositories: {
            plain: { apt: { url: "https://apt.example" } },
            said: { apt: { url: "https://apt.example" }, trusted: true },
            both: { apt: { url: "http://apt.example" }, key: "apps/fleetbox", trusted: true },
            open: {
              apt: { url: "http://apt.example" },
              yum: { url: "http://yum.example" },
              key: "apps/fleetbox",
              username: "build",
              password: "${secret:token}",
            },
          },
        },
      ],
    ],
    [
      "packages.repositories.plain.key: expected the public key of its metadata, got nothing; add it, or say trusted: true",
      "packages.repositories.both.trusted: expected a key or trusted: true, got both; leave trusted out: the key is checked",
      "packages.repositories.open.apt.url: expected https:// for a password, got http://; serve it by HTTPS: anybody between could read the password",
      "packages.repositories.open.yum.url: expected https:// for a password, got http://; serve it by HTTPS: anybody between could read the password",
    ],
  );
  refuses(
    "a package repository whose password nobody sets",
    [
      [
        "packages",
        {
          repositories: {
            team: {
              yum: { url: "https://yum.example" },
              trusted: true,
              username: "build",
              password: "${secret:tokn}",
            },
          },
        },
      ],
    ],
    [
      "packages.repositories.team.password: expected a known secret, got tokn; set it by npm run secrets -- set tokn --stack STACK",
    ],
  );
  refuses(
    "steps beside roles, and another provisioner without steps or with scripts that are not there",
    [
      ["layers/orders/run", ["a.sh"]],
      ["layers/python/provisioner", "puppet"],
      ["layers/catalog", { on: "python", provisioner: "shell", run: ["a.sh"], library: "apps/fleetbox" }],
    ],
    [
      "layers.python.roles: expected no roles with the provisioner puppet, got python; put them into a layer of their own",
      "layers.python.run: expected at least one step, got none; name what the provisioner runs",
      "layers.orders.run: expected nothing beside Ansible's roles, got steps; name the provisioner that runs them",
      "layers.catalog.run[0]: expected a file or folder of the project, got a.sh; create it or correct the path",
      "layers.catalog.library: expected none for shell scripts, got apps/fleetbox; list the folder in files",
    ],
  );
});

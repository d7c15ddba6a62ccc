import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";

/** A file, and whether a line of it has a secret. */
export interface Labelled {
  path: string;
  content: string;
  isSecret: boolean;
}

const names = [
  ...["password", "Password", "DB_PASSWORD", "db-passwd", "spring.datasource.password", "passphrase", "pwd"],
  ...["secret", "client_secret", "SECRET_KEY", "token", "auth-token", "API_TOKEN", "api_key", "apiKey"],
  ...["access-key", "encryption_key", "redis_pass_password", "smtp.credentials"],
];
const noNames = ["host", "port", "user", "tokenizer", "passwordless", "secretary", "keyboard", "min_length"];

const characters = Array.from("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789");
const symbols = Array.from("!?#&+=_.:-@^~");
/** What people and generators choose: letters of both sizes and digits, with and without symbols, and words with digits. */
const password = fc.oneof(
  fc.string({ unit: fc.constantFrom(...characters), minLength: 16, maxLength: 40 }),
  fc
    .string({ unit: fc.constantFrom(...characters, ...symbols), minLength: 12, maxLength: 24 })
    .map((text) => `k${text}9Z`),
  fc.string({ unit: fc.constantFrom(...characters, " ", "$", "%"), minLength: 8, maxLength: 12 }),
  fc.constantFrom(
    "Summer2024!",
    "hunter2hunter2",
    "correct-horse-battery-staple",
    "Tr0ub4dor&3",
    "qwerty12345",
  ),
);
/** What stands where a secret would, and is none. */
const noPassword = fc.constantFrom(
  ...["", "$DB_PASSWORD", "${DB_PASSWORD}", "{{ vault_password }}", "<password>", "%d/token", "!vault |"],
  ...[
    "/run/secrets/db",
    "./key.pem",
    "changeme",
    "CHANGE_ME",
    "your-password-here",
    "example-token",
    "xxxxxxxx",
  ],
  ...[
    "required",
    "sufficient",
    "true",
    "null",
    "12345",
    "3600s",
    "*secret_anchor",
    "keys/server.key",
    "${secret:db}",
  ],
  ...["nextToken", "clientSecret", "HEADER.PAYLOAD.SIGNATURE", "AccessKeyId", "com.example.Token"],
  ...["optional-authentication", "https://vault.example/v1/secret"],
);

type Form = readonly [path: string, write: (name: string, value: string) => string];
const forms: readonly Form[] = [
  ["etc/app/settings.yml", (name, value) => `app:\n  ${name}: ${value}\n`],
  ["srv/app/settings.yaml", (name, value) => `- name: x\n  ${name}: "${value}"\n`],
  ["etc/app/settings.ini", (name, value) => `[database]\n${name} = ${value}\n`],
  ["etc/app/my.cnf", (name, value) => `[client]\n${name}=${value}\n`],
  ["srv/app/application.properties", (name, value) => `${name}=${value}\n`],
  ["srv/app/settings.toml", (name, value) => `[app]\n${name} = '${value}'\n`],
  ["srv/app/settings.json", (name, value) => `{\n  "${name}": "${value}",\n  "x": 1\n}\n`],
  ["etc/default/app", (name, value) => `export ${name.replace(/[.-]/g, "_")}=${value}\n`],
  ["usr/lib/systemd/system/app.service", (name, value) => `[Service]\nEnvironment=${name}=${value}\n`],
];
const comments: readonly Form[] = [
  ["etc/app/settings.yml", (name, value) => `# ${name}: ${value}\n`],
  ["etc/app/settings.ini", (name, value) => `; ${name} = ${value}\n`],
  ["srv/app/settings.json", (name, value) => `// "${name}": "${value}"\n`],
  ["etc/app/url.conf", (_name, value) => `# url: postgresql://user:${value}@host:5432/db\n`],
];

const one = (form: fc.Arbitrary<Form>, isSecret: boolean, name: fc.Arbitrary<string>, value = password) =>
  fc.tuple(form, name, value).map(([[path, write], called, text]): Labelled => ({
    path,
    content: write(called, text),
    isSecret,
  }));
const someForm = fc.constantFrom(...forms);
const someName = fc.constantFrom(...names);

/** Files with a known answer, always the same ones: as many with secrets as without, in all forms. */
export function labelledSet(count: number): Labelled[] {
  const secrets = fc.sample(one(someForm, true, someName), { seed: 1, numRuns: count / 2 });
  const others = fc.oneof(
    one(someForm, false, someName, noPassword),
    one(someForm, false, fc.constantFrom(...noNames)),
    one(fc.constantFrom(...comments), false, someName),
  );
  return [...secrets, ...fc.sample(others, { seed: 2, numRuns: count / 2 }), ...keys()];
}

function keys(): Labelled[] {
  const { privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const at = (path: string, isSecret: boolean): Labelled => ({ path, content: privateKey, isSecret });
  return [
    at("root/.ssh/id_ecdsa", true),
    at("etc/ssl/private/server.key", true),
    at("etc/ssh/ssh_host_ecdsa_key", false),
    at("usr/lib/python3/dist-packages/library/test/server.pem", false),
    at("usr/share/nodejs/library/testdata/key.pem", false),
  ];
}

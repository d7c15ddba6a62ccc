/** What a secret is called, wherever it stands in a variable's name. */
const anywhere =
  /PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|MASTER|LICENSE)_?KEY/i;
/** … and at its end. */
const atEnd = /(?:^|_)(?:PASS|PWD|KEY|SALT|DSN|PIN|KEY_BASE|COOKIE|WEBHOOK_URL)$/i;
/** Names about a secret that are none themselves: where it is, how long it lasts. */
const about =
  /_(?:FILE|PATH|HOST|PORT|NAME|USER|TTL|EXPIRY|EXPIRES?|MINUTES|SECONDS|HOURS|DAYS|LENGTH|ALGORITHM|TYPE|ENABLED)$/i;
/** Values that say whether, or say nothing. */
const plainValue = /^(?:|yes|no|true|false|on|off|none|null|\d{1,2})$/i;
/** The password of an address: `postgres://shop:PASSWORD@db/shop`. */
const inAddress = /(?<=[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@]+(?=@)/gi;
/** A password as an argument of a command. */
const inArguments =
  /(?:^|\s)-{1,2}[\w-]*(?:pass(?:word|wd|phrase)?|secret|token|api-?key)(?:[=\s]+)["']?(?!-)[^\s$\0"']\S*/i;

/** Whether a variable's name says that its value is a secret. */
export function isSecretName(variable: string): boolean {
  return (anywhere.test(variable) || atEnd.test(variable)) && !about.test(variable);
}

/** Whether a value of a variable is to be kept from sight. */
export function isSecretValue(variable: string, value: string): boolean {
  return isSecretName(variable) && !plainValue.test(value);
}

/** A value with the passwords of the addresses in it replaced. */
export function withoutPasswords(value: string, secret: (password: string) => string): string {
  return value.replace(inAddress, (password) => (password.includes("\0") ? password : secret(password)));
}

/** Whether a command's arguments have a secret. */
export function hasSecret(words: readonly string[]): boolean {
  const line = words.join(" ");
  return inArguments.test(line) || line.includes("\0secret:") || new RegExp(inAddress).test(line);
}

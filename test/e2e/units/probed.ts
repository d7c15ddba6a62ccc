/** How a unit's program was started, as units/probe.sh prints it. */
export type Probed = Record<string, string | string[]>;

/** What systemd alone has to tell its services. */
const systemds = /^(INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|NOTIFY_SOCKET)=/;

/** The unit's name, and what a line of the probe says. */
export function probed(line: string): [string, Probed] {
  const [, name = "", ...words] = line.split(" ");
  const found: Probed = {};
  for (let at = 0; at < words.length; at += 2) {
    const [key = "", value = ""] = words.slice(at, at + 2);
    found[key] = reading[key]?.(value) ?? value;
  }
  return [name, found];
}

const reading: Record<string, (value: string) => string[]> = {
  arguments: (value) => decoded(value).split("\0").slice(0, -1),
  environment: (value) =>
    decoded(value)
      .split("\0")
      .filter((each) => each !== "" && !systemds.test(each))
      .sort(),
  limits: (value) =>
    decoded(value)
      .split("\n")
      .map((each) => each.replace(/\s+/g, " ").trim())
      .filter((each) => each !== ""),
};

function decoded(value: string): string {
  return Buffer.from(value, "base64").toString();
}

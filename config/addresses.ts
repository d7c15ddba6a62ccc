import { isIP } from "node:net";
import { z } from "zod";

const octet = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ipv4 = String.raw`${octet}(\.${octet}){3}`;
const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** The form of an IPv4 address. */
export const ipv4Pattern = new RegExp(`^${ipv4}$`);

/** The form of a DNS name in lower case, at the end of a pattern: its last label is no number. */
export const dnsName = String.raw`(${label}\.)*(?!\d+$)${label}`;

/** The form of a DNS name in lower case, or of an IPv4 address; what looks like the latter is one. */
export const hostPattern = new RegExp(String.raw`^(?!.{254})(${dnsName}|${ipv4})$`);

/** An address of a machine: IPv4, or IPv6. */
export const ipAddress = z
  .string({ error: "an IP address" })
  .refine((text) => isIP(text) !== 0, { error: "an IP address" });

/** A machine's address, or a range of them: `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`. */
export const addressRange = z
  .string({ error: "an IP address or a range such as 10.0.0.0/8" })
  .refine(isRange, { error: "an IP address or a range such as 10.0.0.0/8" });

function isRange(text: string): boolean {
  const [address = "", prefix = "0", ...more] = text.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    more.length === 0 && !address.includes("%") && /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits
  );
}

/**
 * Why a text is no range of IPv4 addresses as AWS takes it, or undefined when it is one: `10.20.0.0/16`, with no bit set behind its
 * prefix.
 */
export function rangeFault(text: string): string | undefined {
  const [address = "", prefix = "", ...more] = text.split("/");
  if (!ipv4Pattern.test(address) || !/^([12]?\d|3[0-2])$/.test(prefix) || more.length > 0) return "its form";
  const bits = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return bits % 2 ** (32 - Number(prefix)) === 0 ? undefined : "bits behind its prefix";
}

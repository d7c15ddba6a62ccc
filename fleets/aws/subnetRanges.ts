/** A subnet's addresses within a network's. */
export interface SubnetRanges {
  public: string;
  private: string;
}

/** Longest prefix of a network that is cut in 16: AWS takes no subnet smaller than /28. */
const longestPrefix = 24;

/**
 * Two ranges for each of up to eight zones, each a sixteenth of the network. A zone keeps its ranges when others are added
 * after it.
 * @throws Error when the network is too small or has too many zones.
 */
export function subnetRanges(range: string, zones: number): SubnetRanges[] {
  const [address = "", bits = ""] = range.split("/");
  const prefix = Number(bits);
  if (prefix > longestPrefix || prefix < 16)
    throw new Error(`environment.aws.range: expected a prefix from 16 to 24, got ${bits}; change it`);
  if (zones > 8) throw new Error(`environment.aws.zones: expected at most 8, got ${zones}; remove some`);
  const start = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix - 4);
  const nth = (index: number) => `${formatAddress(start + index * size)}/${prefix + 4}`;
  return Array.from({ length: zones }, (_, index) => ({ public: nth(index), private: nth(8 + index) }));
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

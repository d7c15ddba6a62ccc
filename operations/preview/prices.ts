/**
 * What an hour of an instance costs: USD, on demand, Linux, without taxes. Copied by hand from AWS's public price list
 * (https://aws.amazon.com/ec2/pricing/on-demand/), which is what counts; change `asOf` with the figures.
 */
export const prices = {
  asOf: "January 2025",
  /** Of the size `large`, by region and family; the other sizes are multiples of it. */
  large: {
    "us-east-1": {
      t3: 0.0832,
      t3a: 0.0752,
      t4g: 0.0672,
      m5: 0.096,
      m6i: 0.096,
      m7i: 0.1008,
      c5: 0.085,
      r5: 0.126,
    },
    "eu-west-1": { t3: 0.0912, t3a: 0.0816, t4g: 0.0736, m5: 0.107, m6i: 0.107, c5: 0.096, r5: 0.141 },
    "eu-central-1": { t3: 0.096, t3a: 0.0864, t4g: 0.0768, m5: 0.115, m6i: 0.115, c5: 0.097, r5: 0.152 },
  } as Readonly<Record<string, Readonly<Record<string, number>>>>,
};

/** How many `large` a size is worth. */
const sizes: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
  "2xlarge": 4,
  "4xlarge": 8,
  "8xlarge": 16,
};

/** USD for an hour of an instance type in a region; undefined when the table has none. */
export function hourlyPrice(region: string, type: string): number | undefined {
  const [family = "", size = ""] = type.split(".");
  const [large, factor] = [prices.large[region]?.[family], sizes[size]];
  return large === undefined || factor === undefined ? undefined : large * factor;
}

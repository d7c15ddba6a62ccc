/** What an hour of an instance of the size `large` costs: USD, on demand, Linux, without taxes. */
export interface Price {
  region: string;
  family: string;
  /** Of the size `large`; the other sizes are multiples of it. */
  large: number;
  /** The month of the figure. */
  asOf: string;
  /** Where it is from, and what it was compared with. */
  source: string;
}

/** AWS's public price list is what counts: https://aws.amazon.com/ec2/pricing/on-demand/ */
const listed = "AWS's on-demand price list; equal in two or more published tables of 2025 and 2026";
/** Where tables give other figures for `large`, but the same one for `small`, which is a quarter of it. */
const bySmall = "AWS's on-demand price list, by t3.small; equal in three published tables of 2025 and 2026";

/** Whoever adds or changes a figure says when and from where; one that is doubtful is left out, and the preview says so. */
export const prices: readonly Price[] = [
  { region: "us-east-1", family: "t3", large: 0.0832, asOf: "January 2025", source: listed },
  { region: "us-east-1", family: "t4g", large: 0.0672, asOf: "January 2025", source: listed },
  { region: "us-east-1", family: "m5", large: 0.096, asOf: "January 2025", source: listed },
  { region: "us-east-1", family: "c5", large: 0.085, asOf: "January 2025", source: listed },
  { region: "us-east-1", family: "r5", large: 0.126, asOf: "January 2025", source: listed },
  { region: "eu-west-1", family: "t3", large: 0.0912, asOf: "January 2025", source: listed },
  { region: "eu-west-1", family: "m5", large: 0.107, asOf: "January 2025", source: listed },
  { region: "eu-west-1", family: "c5", large: 0.096, asOf: "January 2025", source: listed },
  { region: "eu-west-1", family: "r5", large: 0.141, asOf: "January 2025", source: listed },
  { region: "eu-central-1", family: "t3", large: 0.096, asOf: "January 2025", source: bySmall },
  { region: "eu-central-1", family: "m5", large: 0.115, asOf: "January 2025", source: listed },
  { region: "eu-central-1", family: "m6i", large: 0.115, asOf: "January 2025", source: listed },
];

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

/** USD for an hour of an instance type in a region, and the month of the figure; undefined when the table has none. */
export function hourlyPrice(region: string, type: string): { dollars: number; asOf: string } | undefined {
  const [family = "", size = ""] = type.split(".");
  const row = prices.find((each) => each.region === region && each.family === family);
  const factor = sizes[size];
  return row === undefined || factor === undefined
    ? undefined
    : { dollars: row.large * factor, asOf: row.asOf };
}

import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** A release of a distribution, and until when it is looked after. */
export interface Series {
  /** ID of os-release. */
  id: string;
  /** VERSION_ID of os-release. */
  version: string;
  codename: string;
  /** Last day of regular support, `2026-07-11`; absent: none is set yet. */
  endsOn?: string;
  /** Last day of long-term support by the distribution itself; absent: there is none. */
  longTermEndsOn?: string;
}

/** Where Debian's package distro-info-data has its tables. */
const distroInfo = "/usr/share/distro-info";

/**
 * Those of Debian and Ubuntu by the package distro-info-data 0.58+deb12u7 (debian.csv and ubuntu.csv; columns version, series, eol,
 * and eol-lts of Debian), as of 2026-11-29: for machines that do not have that package.
 */
const copied: readonly Series[] = [
  { id: "debian", version: "10", codename: "buster", endsOn: "2022-09-10", longTermEndsOn: "2024-06-30" },
  { id: "debian", version: "11", codename: "bullseye", endsOn: "2024-08-14", longTermEndsOn: "2026-08-31" },
  { id: "debian", version: "12", codename: "bookworm", endsOn: "2026-07-11", longTermEndsOn: "2028-06-30" },
  { id: "debian", version: "13", codename: "trixie", endsOn: "2028-08-09", longTermEndsOn: "2030-06-30" },
  { id: "debian", version: "14", codename: "forky" },
  { id: "ubuntu", version: "22.04", codename: "jammy", endsOn: "2027-06-01" },
  { id: "ubuntu", version: "24.04", codename: "noble", endsOn: "2029-05-31" },
  { id: "ubuntu", version: "26.04", codename: "resolute", endsOn: "2031-05-29" },
];

/** The releases that are known: as the machine's distro-info-data says, else as it said when it was copied. */
export function knownSeries(folder = distroInfo): Series[] {
  const told = ["debian", "ubuntu"].flatMap((id) => tableIn(path.join(folder, `${id}.csv`), id));
  const more = copied.filter(
    ({ id, version }) => !told.some((each) => each.id === id && each.version === version),
  );
  return [...told.map(withCopied), ...more];
}

/** An older package may not know yet when a release ends. */
function withCopied(told: Series): Series {
  return { ...copied.find(({ id, version }) => id === told.id && version === told.version), ...told };
}

function tableIn(file: string, id: string): Series[] {
  if (!existsSync(file)) return [];
  const [head = "", ...lines] = readFileSync(file, "utf8").split("\n");
  const columns = head.split(",");
  return lines.flatMap((line) => {
    const cells = line.split(",");
    const cell = (column: string) => cells[columns.indexOf(column)] ?? "";
    const version = cell("version").replace(/ LTS$/, "");
    if (version === "") return [];
    const [endsOn, longTermEndsOn] = [cell("eol"), cell("eol-lts")];
    return [
      {
        ...{ id, version, codename: cell("series") },
        ...(endsOn !== "" && { endsOn }),
        ...(longTermEndsOn !== "" && { longTermEndsOn }),
      },
    ];
  });
}

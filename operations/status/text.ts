import { formatAge, shortDigest } from "../format.ts";
import { formatTable } from "../table.ts";
import type { BoxStatus, StatusReport } from "./report.ts";

/** The status for a terminal. */
export function formatStatus(report: StatusReport): string {
  const { stack, url, releases, boxes } = report;
  const head = [stack, ...(url === undefined ? [] : [url]), ...releases.map((name) => `release ${name}`)];
  if (boxes.length === 0)
    return `${head.join(" · ")}\nNothing runs; start it by npm run up -- --stack ${stack}\n`;
  const columns = ["FLEET", "BOX", "IMAGE", "STATE", "HEALTH", "AGE", "RESTARTS", "TRAFFIC"];
  return `${head.join(" · ")}\n${formatTable([columns, ...boxes.map(row)])}`;
}

function row(box: BoxStatus): string[] {
  return [
    box.group,
    box.box,
    box.image === undefined ? "–" : shortDigest(box.image),
    box.state,
    [box.health === "unchecked" ? "–" : box.health, box.detail].filter((part) => part !== "").join(": "),
    box.ageSeconds === undefined ? "–" : formatAge(box.ageSeconds),
    String(box.restarts),
    box.trafficShare === undefined ? "–" : `${Math.round(box.trafficShare * 100)} %`,
  ];
}

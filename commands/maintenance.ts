import { changeMaintenance } from "../operations/maintenance/change.ts";
import { maintenanceOf } from "../operations/maintenance/edges.ts";
import { formatMaintenance } from "../operations/maintenance/text.ts";
import { command } from "./line/command.ts";

export default command({
  name: "maintenance",
  about: [
    "Puts a page in the place of a public application (`on APPLICATION`), without a swap: the edge answers 503, but to you. `off APPLICATION` ends it.",
    "Without words, it lists what is under maintenance. The page is there where environment.edge.maintenance is.",
  ].join("\n"),
  summary: "a page in the place of a public application, with a way in for yourself; `on`, `off`",
  words: {
    form: "[on|off APPLICATION]",
    least: 0,
    most: 2,
    expected: "on or off, and an application",
    fix: "for example ./fleet maintenance on shop",
  },
  options: {},
  needs: "boxes",
  run: async ({ stack }, [verb, application]) => {
    if (verb !== undefined && (application === undefined || !["on", "off"].includes(verb)))
      throw new Error(
        `maintenance: expected on or off, and an application, got ${[verb, application].join(" ").trim()}; for example ./fleet maintenance on shop`,
      );
    const all =
      verb === undefined || application === undefined
        ? await maintenanceOf(stack)
        : await changeMaintenance(stack, application, verb === "on");
    process.stdout.write(formatMaintenance(stack, all ?? new Map()));
  },
});

// Which folder may use which: an arrow goes from a line to the lines below it, never up, and never in a circle.
const layers = [
  ["test", "bench"],
  ["commands"],
  ["operations"],
  ["index.ts", "policy"],
  ["fleets"],
  ["images"],
  ["plan"],
  ["engine"],
  ["config", "work"],
];

const within = (names) => `^(${names.map((name) => name.replace(".", "\\.")).join("|")})(/|$)`;

const upwards = layers.slice(1).map((names, index) => ({
  name: `${names.join("-")}-uses-what-is-above-it`,
  comment: `${names.join(", ")} may use what stands below it in .dependency-cruiser.mjs, and nothing above`,
  severity: "error",
  from: { path: within(names) },
  to: { path: within(layers.slice(0, index + 1).flat()) },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "circle-of-files", severity: "error", from: {}, to: { circular: true } },
    {
      name: "circle-of-folders",
      severity: "error",
      scope: "folder",
      from: { pathNot: "^test/" },
      to: { circular: true },
    },
    ...upwards,
    {
      name: "commands-are-nobodys-library",
      comment: "a command is run, or imported by a test; what others need stands in operations",
      severity: "error",
      from: { pathNot: within(["commands", "test", "bench"]) },
      to: { path: within(["commands"]) },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(node_modules|\\.cache|\\.pulumi-state)/" },
    // Types count too: who needs another's types needs the other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};

import { deepEqual, equal, notEqual } from "node:assert/strict";
import { packageBuildSchema } from "../../config/packageBuild.ts";
import { causes, describeCause } from "../../plan/causes.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { localPackages } from "../../plan/packages.ts";
import { Project, recipe, recipes } from "./project.ts";

const tools = { nfpm: "2", packer: "1" };
const image = `node@sha256:${"a".repeat(64)}`;
const whole = { image, commands: [["npm", "ci"]], output: ["node_modules", "dist/"], ignore: [".venv"] };

describe("a package that is built", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => {
    project.dispose();
  });

  const inputs = (build: object = whole, more: object = {}) =>
    project.inputs(
      "orders",
      {
        packages: { orders: { source: "apps/orders", build: packageBuildSchema.parse(build) } },
        files: [],
        ...more,
      },
      tools,
    );
  const content = (...args: Parameters<typeof inputs>) => localPackages(inputs(...args))[0]?.contentDigest;
  const told = (before: ReturnType<typeof inputs>, after: ReturnType<typeof inputs>) =>
    causes(before, after).map(describeCause);

  it("is the same whatever its build left in the project, and another by its source", () => {
    const [before, digest] = [content(), inputDigest(inputs(), undefined)];
    for (const file of ["node_modules/a/index.js", "dist/main.js", ".venv/pyvenv.cfg"])
      project.write(`apps/orders/${file}`, "made\n");
    equal(content(), before);
    equal(inputDigest(inputs(), undefined), digest);
    project.write("apps/orders/distant.js", "source\n");
    notEqual(content(), before);
    deepEqual(
      localPackages(inputs())[0]?.files.filter((file) => !file.endsWith("md")),
      ["apps/orders/distant.js", "apps/orders/server.py"],
    );
  });

  it("is another by whatever its build is told, and the preview says by what", () => {
    const before = inputs();
    const changes = {
      image: `node@sha256:${"b".repeat(64)}`,
      commands: [["npm", "ci", "--omit=dev"]],
      output: ["node_modules"],
      folder: "/usr/lib/orders",
      environment: { NODE_ENV: "production" },
      passes: ["NPM_TOKEN"],
    };
    for (const [part, value] of Object.entries(changes)) {
      const build = { ...whole, [part]: value };
      notEqual(content(build), content(), part);
      deepEqual(told(before, inputs(build)), [`package orders: build.${part} changed`]);
    }
    const bare = project.inputs(
      "orders",
      { packages: { orders: { source: "apps/orders" } }, files: [] },
      tools,
    );
    deepEqual(told(bare, before), ["package orders: build added"]);
  });

  it("is another by whatever the layer is made from that it is built in", () => {
    const { image: _image, ...own } = whole;
    const build = { ...own, layer: "web" };
    const chain = ["base", "web"].map((name) => ({ name, recipe: recipes[name] ?? recipe({}) }));
    const before = inputs(build, { builders: { web: chain } });
    deepEqual(
      before.builders?.["web"]?.map(({ place }) => place),
      ["base", "base.web"],
    );
    const first = localPackages(before)[0]?.contentDigest;
    project.write("playbooks/roles/tls/tasks/main.yml", "- ansible.builtin.debug: { msg: other }\n");
    const after = inputs(build, { builders: { web: chain } });
    notEqual(localPackages(after)[0]?.contentDigest, first);
    deepEqual(told(before, after), ["builder base.web: file playbooks/roles/tls/tasks/main.yml changed"]);
  });

  it("is another for machines of another architecture", () => {
    const files = inputs().files;
    const packages = inputs().packages ?? {};
    const [intel] = localPackages({ packages, files, tools });
    const [arm] = localPackages({ packages, files, tools: { ...tools, architecture: "arm64" } });
    notEqual(intel?.contentDigest, arm?.contentDigest);
  });
});

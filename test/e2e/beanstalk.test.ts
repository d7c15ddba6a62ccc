import * as assert from "node:assert/strict";
import { awsPlugin } from "./awsPlugin.ts";
import { Beanstalk, secretValue } from "./beanstalk.ts";

const minutes = 60_000;
const secretOption = "aws:elasticbeanstalk:application:environmentsecrets DATABASE_URL";
const changed = /\b(created|updated|deleted|replaced)\b/;

describe("production on Elastic Beanstalk, on the emulator", function () {
  this.timeout(30 * minutes);
  this.slow(10 * minutes);
  let prod: Beanstalk;

  before(async function () {
    const plugin = awsPlugin("BucketObjectv2");
    const started = "missing" in plugin ? plugin : await Beanstalk.start(plugin.folder);
    if ("missing" in started) {
      process.stdout.write(`    skipped: ${started.missing}\n`);
      return void this.skip();
    }
    prod = started;
  });

  after(async () => {
    // Undefined when the test was skipped.
    await (prod as Beanstalk | undefined)?.stop();
  });

  it("deploys versions that name the images of dev's release by digest", async () => {
    await prod.record(1, { web: "web-1", orders: "orders-1" });
    const text = await prod.production.succeeds("promote", "--to", "prod", "--yes");
    assert.match(text, /Release prod\/1 is recorded/);
    for (const fleet of ["web", "orders"] as const) {
      const { Status, Health, CNAME } = await prod.environment(fleet);
      assert.deepEqual([Status, Health], ["Ready", "Green"]);
      const host = `^prod-${fleet}-[0-9a-f]{6}\\.eu-central-1\\.elasticbeanstalk\\.com$`;
      assert.match(CNAME ?? "", new RegExp(host));
      await prod.runs(fleet, `${fleet}-1`);
    }
  });

  it("is left alone by a second up, and by a refresh", async () => {
    assert.doesNotMatch(await prod.production.up(), changed);
    await prod.production.seesNoDrift();
  });

  it("deploys immutably, with the settings of the configuration", async () => {
    const options = await prod.options("orders");
    const site = (await prod.environment("web")).CNAME;
    const wanted = {
      "aws:elasticbeanstalk:command DeploymentPolicy": "Immutable",
      "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateType": "Immutable",
      "aws:elasticbeanstalk:managedactions ManagedActionsEnabled": "false",
      "aws:autoscaling:asg MinSize": "1",
      "aws:autoscaling:asg MaxSize": "3",
      "aws:autoscaling:trigger MeasureName": "CPUUtilization",
      "aws:autoscaling:trigger UpperThreshold": "60",
      "aws:elasticbeanstalk:application:environment DATABASE_HOST": "database.example.internal",
      "aws:elasticbeanstalk:application:environment SITE_URL": `http://${site}`,
    };
    assert.deepEqual({ ...options, ...wanted }, options);
  });

  it("keeps secrets in parameters, not in the state, the options or what is printed", async () => {
    const options = await prod.options("orders");
    const value = `postgresql://orders:${secretValue}@db:5432/orders`;
    assert.deepEqual(await prod.parameter(options[secretOption] ?? ""), { type: "SecureString", value });
    const exported = await prod.production.sandbox.pulumi("stack", "export", "--stack", "prod");
    assert.equal(exported.exitCode, 0, exported.all);
    const everything = [exported.stdout, await prod.environments(), await prod.versions(), options];
    for (const each of everything) assert.equal(JSON.stringify(each).includes(secretValue), false);
  });

  it("is well", async () => {
    const status = await prod.production.succeeds("status", "--stack", "prod");
    assert.match(status, /^orders +orders-[0-9a-f]{7} +[0-9a-f]{12} +running +healthy/m);
    assert.match(status, /^web +web-[0-9a-f]{7} +[0-9a-f]{12} +running +healthy/m);
  });

  it("deploys a new release to the environment of the fleet that it changes", async () => {
    const before = { web: await prod.environment("web"), orders: await prod.environment("orders") };
    await prod.record(2, { web: "web-2", orders: "orders-1" });
    await prod.production.succeeds("promote", "--to", "prod", "--yes");
    await prod.runs("web", "web-2");
    const after = await prod.environment("web");
    assert.equal(after.EnvironmentId, before.web.EnvironmentId);
    assert.deepEqual(await prod.environment("orders"), before.orders);
    const labels = (await prod.versions()).map(({ VersionLabel }) => VersionLabel);
    for (const each of [before.web, before.orders, after]) assert.ok(labels.includes(each.VersionLabel));
    assert.equal(labels.length, 3);
  });

  it("goes back to the release before", async () => {
    const text = await prod.production.succeeds("rollback", "--stack", "prod");
    assert.match(text, /prod goes back to prod\/1/);
    await prod.runs("web", "web-1");
    await prod.production.seesNoDrift();
  });

  it("serves on with the version before when a deployment fails, and never takes it for done", async () => {
    const before = await prod.environment("web");
    const { image, inputDigest } = await prod.image("web-3");
    const manifest = `${prod.registry.prefix}/site@sha256:${"0".repeat(64)}`;
    await prod.record(3, { web: { image, inputDigest, manifest }, orders: "orders-1" });
    const { code, text } = await prod.production.command("promote", "--to", "prod", "--yes");
    assert.equal(code, 1, text);
    assert.match(text, /Failed to pull Docker image/);
    assert.equal((await prod.environment("web")).VersionLabel, before.VersionLabel);
    await prod.runs("web", "web-1");
    prod.production.edit((section) => (section["release"] = "dev/3"));
    // The plugin's state has the failed version, so that the first one deploys nothing; the next one does.
    const untold = await prod.production.command("up", "--stack", "prod");
    assert.equal(untold.code, 1, untold.text);
    assert.match(
      untold.text,
      /fleet web: expected its environment web-\w+ to run the version web-\w+, got web-\w+:/,
    );
    const repeated = await prod.production.command("up", "--stack", "prod");
    assert.equal(repeated.code, 1, repeated.text);
    assert.match(repeated.text, /Failed to pull Docker image/);
    assert.equal((await prod.environment("web")).VersionLabel, before.VersionLabel);
    prod.production.edit((section) => (section["release"] = "dev/1"));
    await prod.production.up();
    await prod.runs("web", "web-1");
  });

  it("puts right what was changed by hand: a setting, and the version", async () => {
    const maximum = { Namespace: "aws:autoscaling:asg", OptionName: "MaxSize", Value: "9" };
    await prod.change("orders", { OptionSettings: [maximum] });
    const label = (await prod.environment("web")).VersionLabel;
    const other = (await prod.versions()).find(
      ({ VersionLabel = "" }) => VersionLabel.startsWith("web-") && VersionLabel !== label,
    );
    await prod.change("web", { VersionLabel: other?.VersionLabel });
    assert.equal((await prod.environment("web")).VersionLabel, other?.VersionLabel);
    const seen = await prod.production.refreshPreview();
    assert.notEqual(seen.exitCode, 0, seen.all);
    assert.match(await prod.production.succeeds("refresh", "--stack", "prod"), /~ 2 updated/);
    await prod.production.up();
    assert.equal((await prod.environment("web")).VersionLabel, label);
    assert.equal((await prod.options("orders"))["aws:autoscaling:asg MaxSize"], "3");
    await prod.production.seesNoDrift();
  });

  it("is destroyed, its versions and parameters too", async () => {
    const parameter = (await prod.options("orders"))[secretOption] ?? "";
    await prod.production.succeeds("destroy", "--yes", "--stack", "prod");
    assert.deepEqual([await prod.environments(), await prod.versions()], [[], []]);
    await assert.rejects(prod.parameter(parameter), /ParameterNotFound/);
  });
});

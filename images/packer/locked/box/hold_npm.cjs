"use strict";
/*
 * Has npm choose what is locked, whoever runs it and whatever registry it asks: of a package in ./npm.json it knows the locked versions
 * alone, as long as one of them is there and is what was asked for. NODE_OPTIONS has each Node of a build load this; it changes nothing
 * but the module by which npm chooses.
 */
const fs = require("fs");
const Module = require("module");
const path = require("path");

const locked = JSON.parse(fs.readFileSync(path.join(__dirname, "npm.json"), "utf8"));
const load = Module._load;
const held = new Map();

Module._load = function (request) {
  const loaded = load.apply(this, arguments);
  if (request !== "npm-pick-manifest" || typeof loaded !== "function") return loaded;
  if (!held.has(loaded)) held.set(loaded, Object.assign(holding(loaded), loaded));
  return held.get(loaded);
};

function holding(pick) {
  return function (packument, wanted, options) {
    const known = lockedOf(packument);
    if (known !== undefined)
      try {
        return pick(known, wanted, options);
      } catch (_) {
        // Something else is asked for, which the lock does not know: whoever reads the layer tells it.
      }
    return pick(packument, wanted, options);
  };
}

/** What a registry says of a package, as if it had the locked versions alone; undefined where it has none of them. */
function lockedOf(packument) {
  const wanted = Object.prototype.hasOwnProperty.call(locked, packument.name) ? locked[packument.name] : [];
  const versions = wanted.filter((version) => packument.versions && packument.versions[version]);
  if (versions.length === 0) return undefined;
  const tags = packument["dist-tags"] || {};
  const newest = versions.slice().sort(compared)[versions.length - 1];
  const tag = (name) => [name, versions.includes(tags[name]) ? tags[name] : newest];
  return Object.assign({}, packument, {
    versions: fromPairs(versions.map((version) => [version, packument.versions[version]])),
    "dist-tags": fromPairs(Object.keys(tags).map(tag)),
  });
}

/** The order of versions; one that comes before a release stands before it. */
function compared(a, b) {
  const parts = (version) => version.split("+")[0].split("-")[0].split(".").map(Number);
  const [own, other] = [parts(a), parts(b)];
  const at = own.findIndex((part, index) => part !== other[index]);
  if (at >= 0) return own[at] - other[at];
  return Number(b.includes("-")) - Number(a.includes("-")) || (a < b ? -1 : 1);
}

function fromPairs(pairs) {
  return pairs.reduce((all, [key, value]) => Object.assign(all, { [key]: value }), {});
}

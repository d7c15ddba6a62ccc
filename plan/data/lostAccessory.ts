import type { Configuration } from "../../config/schema.ts";
import type { HeldData } from "./heldData.ts";
import { moveByCommand, moveByHand, wayBack, type DataConfiguration, type Loss } from "./loss.ts";
import { onOtherEngine } from "./otherEngine.ts";
import { presentName } from "./successor.ts";
import { accessoryOf, accessoryVolume, enginePrefix, here } from "./volumeNames.ts";

type Environment = Configuration["environment"];

/** Why an update would take an accessory's volume away; undefined where it stays. */
export function lostAccessory(
  data: HeldData,
  held: readonly HeldData[],
  { accessories, environment }: DataConfiguration,
): Loss | undefined {
  const { engine, accessory } = accessoryOf(data.name);
  const here = Object.keys(environment.accessories).filter((name) => runsContainers(environment, name));
  const hasData = (name: string) =>
    held.some((each) => each.name === accessoryVolume(`${enginePrefix(engine)}${name}`));
  const name = presentName(accessory, Object.keys(environment.accessories), accessories, hasData);
  if (name === undefined)
    return {
      path: `environment.accessories.${accessory}`,
      owner: accessory,
      expected: "it",
      got: takenOver(accessory, accessories, hasData) ?? "nothing",
      fix: wayBack(
        "accessories",
        accessory,
        here.filter((each) => !hasData(each)),
      ),
    };
  const address = environment.accessories[name]?.address;
  if (address !== undefined)
    return {
      path: `environment.accessories.${name}.address`,
      ...{ owner: name, expected: "none", got: address, fix: moveByHand },
    };
  if (!here.includes(name))
    return {
      path: "environment.fleets",
      ...{ owner: name, expected: "containers beside it", got: "beanstalk alone", fix: moveByHand },
    };
  const { engines } = environment;
  return onOtherEngine(name, engine, data, engines, wayTo(name, engines, hasDataOn(held, name)));
}

/** Fleets on Elastic Beanstalk have nothing beside them. */
function runsContainers({ fleets, accessories }: Environment, name: string): boolean {
  const onBeanstalk = Object.values(fleets).some(({ target }) => target === "beanstalk");
  return !onBeanstalk && accessories[name]?.address === undefined;
}

/** What stands there where a successor has begun with data of its own. */
function takenOver(
  accessory: string,
  accessories: Configuration["accessories"],
  hasData: (name: string) => boolean,
): string | undefined {
  const successor = Object.keys(accessories).find(
    (each) => accessories[each]?.renamedFrom === accessory && hasData(each),
  );
  return successor === undefined ? undefined : `${successor}, which has data of its own`;
}

/** Whether an engine has data of an accessory of that name. */
function hasDataOn(held: readonly HeldData[], accessory: string): (engine: string | undefined) => boolean {
  return (engine) => held.some(({ name }) => name === accessoryVolume(`${enginePrefix(engine)}${accessory}`));
}

/** Where the data of an accessory can be moved to: nothing is put on top of what a place has of its own. */
function wayTo(
  owner: string,
  engines: Environment["engines"],
  hasData: (engine: string | undefined) => boolean,
): (engine?: string) => string {
  const names = Object.keys(engines);
  const empty = names.filter((name) => !hasData(name));
  const places = names.length > 0 ? empty : hasData(undefined) ? [] : [here];
  return (engine) => {
    if (engine !== undefined) return moveByCommand(owner, [engine]);
    return places.length > 0 ? moveByCommand(owner, places) : moveByHand;
  };
}

import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { taskBox } from "../fleets/tasks/request.ts";
import { taskId } from "../plan/environment/tasks.ts";
import { serviceOf } from "../plan/taskCommand.ts";
import { chooseTask } from "../operations/throwAway/chooseTask.ts";
import { refuseSecond } from "../operations/throwAway/refuseSecond.ts";
import { inputHere, likeBox, runThrowAway } from "../operations/throwAway/likeBox.ts";
import { boxesOfApplication, withServing } from "../operations/throwAway/serving.ts";
import { readState } from "../operations/state/read.ts";
import { command } from "./line/command.ts";

export default command({
  name: "task",
  about: [
    "Runs a declared task of an application (by its name), or any command, in a box of its own: of the image that runs, told the same,",
    "removed afterwards.",
    "Exit code: that of the command. Options stand before the command.",
  ].join("\n"),
  summary: "runs a declared task, or any command, in a throw-away box of the image that runs",
  words: {
    form: "APPLICATION [COMMAND…]",
    least: 1,
    most: Infinity,
    passesFrom: 1,
    expected: "an application",
    fix: "for example ./fleet task orders migrate",
  },
  options: {},
  needs: "boxes",
  run: async ({ stack }, [application = "", ...line]) => {
    const { applications, fleets } = readConfigurationFiles(projectRoot, stack);
    const task = chooseTask(application, applications[application]?.tasks, line);
    const resources = await readState(stack);
    process.exitCode = await withServing(
      resources,
      boxesOfApplication(resources, application, fleets),
      async (engine, box) => {
        const purpose = task.name === undefined ? application : taskId({ application, name: task.name });
        const wanted = {
          ...{ purpose, command: task.command, input: inputHere() },
          service: serviceOf(application, box.services),
        };
        const made = await likeBox(engine, box, wanted);
        // Neither beside an update's nor twice: the engine has one box of a name.
        if (task.name === undefined) return runThrowAway(engine, made);
        const name = taskBox(made.network, application, task.name);
        await refuseSecond(engine, name);
        return runThrowAway(engine, { ...made, name });
      },
    );
  },
});

/** The variable of a gate's environment with how many boxes its service is to have. */
export const boxesVariable = "FLEET_BOXES";

/** The name of the project in Pulumi.yaml: one state serves `npm run up` and `pulumi up`. */
export const projectName = "immutable-fleets";

/** Home of who builds, in the container: in no image, and gone with the container. */
export const homePlace = "/build-home";

/** What package managers keep from build to build, in the container: a volume of the package. */
export const cachePlace = "/build-cache";

/** Who builds: `nobody`, whom every distribution knows by this number, so that programs that ask for its name get one. */
export const builderUser = 65_534;

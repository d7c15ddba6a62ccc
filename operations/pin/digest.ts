/** An image's name without its tag: `registry.example:5000/team/shop`. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

/** The digest by which a registry has an image, of what the engine says of all registries; undefined when it says none of it. */
export function digestAs(repoDigests: readonly string[], image: string): string | undefined {
  const wanted = shortName(repositoryOf(image));
  const found = repoDigests.find((each) => shortName(repositoryOf(each)) === wanted);
  return found?.slice(found.indexOf("@") + 1);
}

/** As engines shorten it: their usual registry, and its own images, go without saying. */
function shortName(repository: string): string {
  return repository.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
}

import { z } from "zod";
import { withContentOf, type ImageFacts } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { serviceSchema, type Service } from "../../plan/service.ts";
import { alwaysVolatile } from "../../plan/volatile.ts";
import { commandOfImage, imageSettingsSchema, pythonsOf } from "./command.ts";
import { filesAt } from "./files.ts";

/**
 * What boxes of an image run: the services that its label names; of an existing image, which has no such label, its own command.
 * @throws Error when an existing image says that it runs as a user that it does not have.
 */
export async function servicesIn(image: ImageFacts): Promise<Service[]> {
  const stated = image.Config.Labels?.[labels.services];
  if (stated !== undefined) return z.array(serviceSchema).parse(JSON.parse(stated));
  const settings = imageSettingsSchema.parse(image.Config);
  return withContentOf(image.Id, "existing", async (container) => {
    const volatile = await Promise.all(alwaysVolatile.map((path) => filesAt(container, path)));
    const [passwd] = await filesAt(container, "/etc/passwd");
    const [group] = await filesAt(container, "/etc/group");
    const users = { passwd: passwd?.content ?? "", group: group?.content ?? "" };
    const found = await Promise.all(pythonsOf(settings).map((path) => filesAt(container, path)));
    const service = commandOfImage(image.Id, settings, users, volatile.flat());
    return [found.flat().length > 0 ? service : { ...service, withoutPython: true }];
  });
}

import { refuses } from "./refuses.ts";

describe("a former name", () => {
  const expected = "expected a name that nothing has any more";
  refuses(
    "is nobody's now",
    [
      ["accessories/database/renamedFrom", "orders"],
      ["fleets/shop/renamedFrom", "orders"],
    ],
    [
      `accessories.database.renamedFrom: ${expected}, got fleets.orders; remove it, or rename the other`,
      `fleets.shop.renamedFrom: ${expected}, got fleets.orders; remove it, or rename the other`,
    ],
  );
  refuses(
    "is not its own",
    [
      ["accessories/database/renamedFrom", "database"],
      ["fleets/orders/renamedFrom", "orders"],
    ],
    [
      `accessories.database.renamedFrom: ${expected}, got accessories.database; remove it, or rename the other`,
      `fleets.orders.renamedFrom: ${expected}, got fleets.orders; remove it, or rename the other`,
    ],
  );
  refuses(
    "was one thing's",
    [
      ["fleets/orders/renamedFrom", "sales"],
      ["fleets/shop/renamedFrom", "sales"],
      ["accessories/database/renamedFrom", "sales"],
    ],
    [
      `fleets.orders.renamedFrom: ${expected}, got sales, which another one had too; remove it, or rename the other`,
    ],
  );
});

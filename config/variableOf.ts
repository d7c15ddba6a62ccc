/** How the variables of something begin: `ORDER_HISTORY` for `order-history`, `SHOP_SMTP` for `shop.smtp`. */
export function variableOf(name: string): string {
  return name.toUpperCase().replaceAll(/[-.]/g, "_");
}

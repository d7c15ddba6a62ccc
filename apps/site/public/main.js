// Asks each application who answers, again and again: a swap shows as a new image, without a missed answer.
const INTERVAL_MS = 1000;

const applications = [{ name: "site", path: "/healthz" }, ...(await readJson("/routes.json", []))];
for (const application of applications) watch(application);
await Promise.all([showProducts(), showOrders()]);

function watch({ name, path }) {
  const card = document.getElementById("card").content.firstElementChild.cloneNode(true);
  card.querySelector("h2").textContent = name;
  document.getElementById("cards").append(card);
  const boxes = new Set();
  const count = { good: 0, failed: 0 };
  const ask = async () => {
    const answer = await fetch(path, { cache: "no-store" }).catch(() => undefined);
    count[answer?.ok ? "good" : "failed"] += 1;
    card.classList.toggle("away", !answer?.ok);
    if (answer?.ok) showAnswer(card, answer, boxes);
    card.querySelector(".answers").textContent = `${count.good} good, ${count.failed} failed`;
    setTimeout(ask, INTERVAL_MS);
  };
  void ask();
}

function showAnswer(card, answer, boxes) {
  const digest = answer.headers.get("X-Image-Digest") ?? "unknown";
  const shown = card.querySelector(".digest");
  if (shown.title !== digest) boxes.clear();
  shown.title = digest;
  shown.textContent = digest.slice(0, 19);
  boxes.add(answer.headers.get("X-Box") ?? "unknown");
  card.querySelector(".boxes").textContent = [...boxes].sort().join(", ");
}

async function showProducts() {
  const { products } = await readJson("/api/catalog/products", { products: [] });
  const entries = products.map((product) => {
    const button = document.createElement("button");
    button.textContent = "Order";
    button.onclick = () => order(product.id);
    return listItem(`${product.name}, ${(product.price_cents / 100).toFixed(2)} € `, button);
  });
  document.getElementById("products").replaceChildren(...entries);
}

async function showOrders() {
  const { orders } = await readJson("/api/orders/orders", { orders: [] });
  const entries = orders.slice(0, 10).map(({ product, quantity }) => listItem(`${quantity} × ${product}`));
  document.getElementById("orders").replaceChildren(...entries);
}

async function order(product) {
  await fetch("/api/orders/orders", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ product, quantity: 1 }),
  });
  await showOrders();
}

async function readJson(path, otherwise) {
  const answer = await fetch(path).catch(() => undefined);
  return answer?.ok ? answer.json() : otherwise;
}

function listItem(text, ...more) {
  const item = document.createElement("li");
  item.append(text, ...more);
  return item;
}

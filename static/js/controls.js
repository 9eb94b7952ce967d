// What a person presses outside the panel and the transport bar: power, the create dialog, menus.
import { post, say } from "./post.js";

export function open() {
  dialog();
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

export async function power(id, running) {
  if (!await post(`/power/${id}/`, { running: String(running) })) say(`${id} is ${running ? "started" : "stopped"}`);
}

function dialog() {
  const box = document.getElementById("create-dialog");
  document.getElementById("create").addEventListener("click", () => { box.showModal(); box.querySelector("input").select(); });
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("[data-close]")) box.close();
    const image = event.target.closest("[data-image]")?.dataset.image;
    if (!image) return;
    const field = box.querySelector("input[name=image]");
    field.value = image;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const done of ["follow", "made"]) document.body.addEventListener(done, () => box.close());
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "pod-form") (box.querySelector("[aria-invalid=true]") ?? box.querySelector("[data-form][aria-pressed=true]"))?.focus();
  });
}

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
    if (image) box.querySelector("input[name=image]").value = image;
  });
  document.body.addEventListener("follow", () => box.close());
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "pod-form") box.querySelector("[aria-invalid=true]")?.focus();
  });
}

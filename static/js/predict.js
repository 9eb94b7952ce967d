// Predict mode: while it is on, the box asks what follows the message that is held longest. The wire judges.
const box = document.getElementById("predict");
const button = document.getElementById("predicting");
let base = "";
let drawn = null;
let showHop = () => {};

export function open(slug, show) {
  base = `/c/${slug}/predict/`;
  showHop = show;
  button.addEventListener("click", () => { localStorage.setItem("predict", isOn() ? "off" : "on"); mark(); });
  box.addEventListener("click", (event) => {
    const hop = event.target.closest("[data-open-hop]")?.dataset.openHop;
    if (hop) showHop(hop);
  });
  box.addEventListener("keydown", (event) => event.stopPropagation()); // keys of the transport bar are not meant here
  mark();
}

// What is held is another: there may be another question, unless somebody is choosing.
export function hear({ held }) {
  const signature = held.map(([id]) => id).join();
  if (!isOn() || signature === drawn) return;
  drawn = signature;
  if (box.querySelector("[data-state=asked]") && held.some(([id]) => box.querySelector(`form[hx-post$="/${id}/"]`))) return;
  if (!box.querySelector("[data-state=waiting]")) read();
}

function isOn() {
  return localStorage.getItem("predict") === "on";
}

function mark() {
  button.setAttribute("aria-pressed", String(isOn()));
  box.hidden = !isOn();
  drawn = null;
  if (isOn()) read();
}

function read() {
  htmx.ajax("GET", base, { source: "#predict", target: "#predict", swap: "innerHTML" }).catch(() => {});
}

// Breakpoints and faults: the popover with the list and the form; from a box or a line of the diagram, filled in; editing a held message.
import { say } from "./post.js";
import { setText } from "./svg.js";

const NEAR = [[0, 0], [5, 0], [-5, 0], [0, 5], [0, -5], [8, 8], [-8, -8], [8, -8], [-8, 8]];
const get = (id) => document.getElementById(id);

export function open(slug) {
  const menu = get("breaks-menu");
  menu.addEventListener("toggle", () => { if (menu.open && !menu.dataset.filled) htmx.trigger("#breakpoints", "look"); delete menu.dataset.filled; });
  get("diagram").addEventListener("contextmenu", (event) => {
    const wish = meant(event);
    if (wish) { event.preventDefault(); fill(wish); }
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("#diagram .component");
    if (box && event.key.toLowerCase() === "b" && !event.ctrlKey && !event.metaKey) { event.preventDefault(); fill({ component: box.dataset.id }); }
  });
  const faults = get("faults-menu");
  faults.addEventListener("toggle", () => { if (faults.open) htmx.trigger("#faults", "look"); });
  get("breakpoints").addEventListener("htmx:afterSwap", (event) => { event.target.scrollTop = 0; });
  edit(slug);
}

// The box, or else the line, that the pointer is at.
function meant(event) {
  const box = event.target.closest(".component");
  if (box) return { component: box.dataset.id };
  for (const [x, y] of NEAR) {
    const line = document.elementsFromPoint(event.clientX + x, event.clientY + y).find((each) => each.matches?.(".edge:not(.faint)"));
    if (line) { const [source, target] = line.dataset.edge.split(">"); return { source, target, either_way: true }; }
  }
  return null;
}

async function fill(wish) {
  const menu = get("breaks-menu");
  menu.dataset.filled = "yes";
  menu.open = true;
  await htmx.ajax("GET", get("breakpoints").getAttribute("hx-get"), { target: "#breakpoints", swap: "innerHTML" });
  const form = menu.querySelector("form");
  for (const [name, value] of Object.entries(wish)) {
    if (value === true) form.elements[name].checked = true;
    else form.elements[name].value = value;
  }
  form.querySelector("button.main").focus();
  say(`A breakpoint on ${wish.component ?? `${wish.source} and ${wish.target}`}: press to set it.`);
}

export function drawBreakpoints({ transport }) {
  if (!transport) return;
  setText(get("breaks-count"), String(transport.breakpoints));
  get("breaks-menu").querySelector("summary").classList.toggle("some", transport.breakpoints > 0);
  setText(get("faults-count"), String(transport.broken));
  get("faults-menu").querySelector("summary").classList.toggle("harm", transport.broken > 0);
}

// --- a held message, changed by hand ---------------------------------------------------------------------------------

let shown = null;
export async function editHeld(hop) {
  await shown(hop);
}

function edit(slug) {
  const box = get("edit-dialog"), inside = get("edit-form");
  shown = async (hop) => {
    await htmx.ajax("GET", `/c/${slug}/held/${hop}/edited/`, { target: inside, swap: "innerHTML" });
    box.showModal();
    box.querySelector("textarea")?.focus();
  };
  box.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) box.close(); });
  inside.addEventListener("htmx:afterRequest", ({ detail: { xhr, successful, requestConfig } }) => {
    if (requestConfig.verb !== "post") return;
    const fault = inside.querySelector(".fault");
    fault.hidden = successful;
    fault.textContent = successful ? "" : xhr.status === 404 ? "It is no longer held." : xhr.responseText;
    if (successful) { box.close(); say("The message is released as edited."); }
  });
}

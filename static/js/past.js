// The past: the page as it was at a revision, drawn from etcd's log; everything that acts is off until it is live again.
const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "Content-Type": "application/x-www-form-urlencoded" };
const OFF = [".transport", "#create", "#held", "#console"];
const WAIT_MS = 120;
const state = { at: 0, slug: "", page: null, bar: null, due: 0 };

// `page` has show(frame), to draw it, and live(), to draw what is now.
export async function enter(slug, revision, page) {
  Object.assign(state, { slug, page });
  if (!state.bar) build();
  document.body.classList.add("past");
  for (const part of OFF) document.querySelector(part)?.toggleAttribute("inert", true);
  await go(revision);
}

async function go(revision) {
  state.at = revision;
  const answer = await fetch(`/c/${state.slug}/past/?at=${revision}`);
  const told = await answer.json();
  if (state.at !== revision) return;
  const range = state.bar.querySelector("input[type=range]");
  if (told.readable) Object.assign(range, { min: Math.max(1, told.readable.compacted), max: told.readable.revision });
  range.value = revision;
  say(answer.ok ? `revision ${told.revision} · ${new Date(told.time * 1000).toISOString().slice(11, 23)}` : told.detail);
  if (answer.ok) state.page.show(told);
}

function leave() {
  document.body.classList.remove("past");
  for (const part of OFF) document.querySelector(part)?.removeAttribute("inert");
  state.at = 0;
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  state.bar.remove();
  state.bar = null;
  state.page.live();
  document.getElementById("rewind").focus();
}

// What is written is written now: the page is live again, and says first what would change.
async function putBack() {
  const revision = state.at;
  leave();
  const { open } = await import("./sheet.js");
  open(`/c/${state.slug}/back/?revision=${revision}`);
}

function say(words) {
  state.bar.querySelector(".then").textContent = words;
}

function build() {
  const bar = document.createElement("section");
  bar.className = "past-bar";
  bar.setAttribute("aria-label", "The past");
  bar.innerHTML = "<p><strong>This is the past.</strong> <span class=\"then\" role=\"status\"></span></p><div class=\"row\"><button type=\"button\" class=\"chip\" data-step=\"-1\">earlier</button><input type=\"range\" step=\"1\" aria-label=\"Revision\"><button type=\"button\" class=\"chip\" data-step=\"1\">later</button><button type=\"button\" class=\"button main\" data-live>Back to live</button><button type=\"button\" class=\"button\" data-back>Put the cluster back to this…</button></div><form class=\"row\"><label>Go on from here as cluster <input name=\"name\" required pattern=\"[a-z0-9]([\\-a-z0-9]{0,61}[a-z0-9])?\" autocomplete=\"off\"></label><button class=\"button\">Fork</button> <span class=\"fault\" role=\"alert\"></span></form>";
  const range = bar.querySelector("input[type=range]");
  range.addEventListener("input", () => { say(`revision ${range.value}`); clearTimeout(state.due); state.due = setTimeout(() => go(Number(range.value)), WAIT_MS); });
  bar.addEventListener("click", (event) => {
    const { step, live, back } = event.target.closest("button")?.dataset ?? {};
    if (step) go(Math.min(Math.max(state.at + Number(step), Number(range.min)), Number(range.max)));
    else if (live !== undefined) leave();
    else if (back !== undefined) putBack();
  });
  bar.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); fork(event.target); });
  document.querySelector(".stage").prepend(bar);
  state.bar = bar;
  bar.querySelector("[data-live]").focus();
}

async function fork(form) {
  const body = new URLSearchParams({ name: form.elements.name.value, revision: String(state.at) });
  const answer = await fetch(`/c/${state.slug}/fork/`, { method: "POST", headers, body });
  const told = await answer.json();
  if (answer.ok) location.assign(told.url);
  else form.querySelector(".fault").textContent = told.detail;
}

// What the panels read is of that revision too.
document.body.addEventListener("htmx:configRequest", (event) => {
  if (state.at && event.detail.verb === "get") event.detail.parameters.at = String(state.at);
});

// Nothing acts in the past: neither switches on the diagram nor buttons of the panel.
document.addEventListener("click", (event) => {
  if (state.at && event.target.closest(".switch, [hx-post]")) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

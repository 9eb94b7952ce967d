// The first visit: points at live parts, and goes on when the real thing has happened. Fetched when somebody takes it.
const READ_MS = 3500, LOOK_MS = 250;
const words = document.getElementById("tour-card").content.firstElementChild.dataset;
const state = { stops: [], at: 0, since: 0, card: null, ring: null, timer: 0, uid: "", done: () => {} };

export function start(stops, done) {
  stop();
  Object.assign(state, { stops, done, at: 0, uid: "" });
  state.card = document.getElementById("tour-card").content.firstElementChild.cloneNode(true);
  state.ring = Object.assign(document.createElement("div"), { className: "tour-ring" });
  state.card.addEventListener("click", (event) => {
    const { tour } = event.target.closest("button")?.dataset ?? {};
    if (tour === "skip") finish("skipped");
    else if (tour === "next") go(state.at + 1);
    else if (tour === "back") go(state.at - 1);
  });
  state.card.addEventListener("keydown", (event) => { if (event.key === "Escape") finish("skipped"); event.stopPropagation(); });
  document.body.addEventListener("follow", made);
  state.timer = setInterval(look, LOOK_MS);
  go(0);
  state.card.focus();
}

function made(event) {
  state.uid = event.detail.uid;
}

function go(at) {
  if (at >= state.stops.length) { finish("done"); return; }
  state.at = Math.max(0, at);
  state.since = performance.now();
  const here = state.stops[state.at];
  state.card.querySelector("[data-tour=back]").disabled = state.at === 0;
  state.card.querySelector("[data-tour=next]").textContent = state.at === state.stops.length - 1 ? words.end : words.next;
  state.card.querySelector("small").textContent = `${state.at + 1} / ${state.stops.length}`;
  look();
  state.card.querySelector("p").textContent = here.words;
}

// Where the card and the ring stand now, and whether what this stop waits for has happened.
function look() {
  const here = state.stops[state.at];
  const place = document.querySelector("dialog[open]") ?? document.body;
  if (state.card.parentNode !== place) place.append(state.ring, state.card);
  const target = here.points.split(", ").map((each) => document.querySelector(each)).find(Boolean);
  const box = target?.getBoundingClientRect();
  state.ring.hidden = !box?.width;
  if (box) Object.assign(state.ring.style, { left: `${box.left - 4}px`, top: `${box.top - 4}px`, width: `${box.width + 8}px`, height: `${box.height + 8}px` });
  const waits = here.until !== "next" && !happened(here.until);
  state.card.querySelector("[data-tour=next]").disabled = waits;
  state.card.classList.toggle("waits", waits);
  const read = here.until.startsWith("step") ? READ_MS : 0;
  if (here.until !== "next" && !waits && performance.now() - state.since >= read) go(state.at + 1);
}

function happened(until) {
  const [what, which] = until.split(" ");
  if (what === "open") return Boolean(document.querySelector(which)?.open);
  if (what === "made") return Boolean(state.uid);
  const story = document.querySelector("#story .story");
  return story?.dataset.uid === state.uid && Boolean(story.querySelector(`.step.done[data-step="${which}"]`));
}

function finish(how) {
  stop();
  state.done(how);
}

function stop() {
  clearInterval(state.timer);
  document.body.removeEventListener("follow", made);
  state.card?.remove();
  state.ring?.remove();
}

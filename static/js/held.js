// The held messages, oldest first, each with what can be done with it.
import { post, say } from "./post.js";
import { fit } from "./svg.js";

const SHOWN = 20;
const ASKED = { delay: "Let it go after as many seconds as you say below", duplicate: "Send it, and once more", drop: "Lose it: the sender gets no answer", release: "Let it go", edit: "Change what it carries" };
const DONE = { release: "released", drop: "dropped", duplicate: "duplicated", delay: "delayed" };
let drawn = "", dismissed = 0, known = null;

export function open(edit) {
  document.getElementById("held").addEventListener("click", async (event) => {
    const { hop, how } = event.target.closest("button")?.dataset ?? {};
    if (!hop) return;
    if (how === "edit") edit(hop);
    else if (!await post(`/held/${hop}/${how}/`, how === "delay" ? { seconds: document.getElementById("delay-seconds").value } : {})) say(`Message ${hop} is ${DONE[how]}.`);
  });
}

export function drawHeld({ held, acted }) {
  drawActed(acted);
  const signature = held.map(([id]) => id).join();
  if (signature === drawn) return;
  const more = held.length > drawn.split(",").filter(Boolean).length;
  drawn = signature;
  const box = document.getElementById("held");
  const inside = box.contains(document.activeElement);
  box.hidden = !held.length;
  box.querySelector("ul").replaceChildren(...held.slice(0, SHOWN).map(line));
  if (held.length > SHOWN) box.querySelector("ul").append(words(`and ${held.length - SHOWN} more`));
  if (inside) (box.querySelector("button") ?? document.getElementById("step")).focus();
  if (more) { const [, source, target, label] = held.at(-1); say(`Held: ${source} to ${target}, ${label}`); }
}

// What became of the messages that somebody changed: the answer, with its words. What was before this page came is not told.
function drawActed(acted) {
  const signature = JSON.stringify(acted);
  if (known === null) dismissed = Math.max(0, ...acted.map(([id]) => id));
  if (signature === known) return;
  known = signature;
  const box = document.getElementById("acted");
  const fresh = acted.filter(([id]) => id > dismissed);
  box.hidden = !fresh.length;
  box.querySelector("ul").replaceChildren(...fresh.map(([, source, target, label, outcome, touched, said]) => {
    const item = words(`${source} → ${target}: ${fit(label, 50)} `);
    const tag = document.createElement("span"), answer = document.createElement("strong");
    tag.className = "tag warn";
    tag.textContent = touched || "delayed";
    answer.textContent = ` ${outcome}${said ? `: ${said}` : ""}`;
    answer.className = /^[45]/.test(outcome) ? "fault" : "good";
    item.append(tag, answer);
    return item;
  }));
  if (fresh.length) say(box.querySelector("li:last-child").textContent);
  box.querySelector("[data-dismiss]").onclick = () => { dismissed = Math.max(...acted.map(([id]) => id)); box.hidden = true; };
}

function words(text) {
  const line = document.createElement("li");
  line.append(text);
  return line;
}

function line([id, source, target, label, , , ways]) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = `${source} → ${target}: ${fit(label, 60)}`;
  item.append(text);
  for (const how of ways) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.hop = id;
    button.dataset.how = how;
    button.textContent = how === "edit" ? "edit…" : how;
    button.title = ASKED[how];
    button.setAttribute("aria-label", `${how} message ${id}`);
    item.append(button);
  }
  return item;
}

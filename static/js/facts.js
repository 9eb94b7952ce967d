// What components say of themselves, on their boxes: running or not, one line, loops, writes, and what waits for them.
import { row } from "./scene.js";
import { make, setText } from "./svg.js";

const SHORT = { "root-ca-certificate-publisher": "root-ca", garbagecollector: "gc", serviceaccount: "svc-account", nodelifecycle: "node" };
const BARS = 12;
const rate = { requests: 0, at: 0, shown: 0 };
const writes = { revision: 0, bars: new Array(BARS).fill(0), minute: new Array(60).fill(0) };

export function drawFacts(svg, state, plan, on) {
  for (const group of svg.querySelectorAll(".component")) {
    const id = group.dataset.id;
    const known = state.components[id];
    if (!known) continue;
    const [running, facts, numbers] = known;
    group.classList.toggle("off", !running);
    group.querySelector(".switch")?.setAttribute("aria-checked", String(running));
    setText(group.querySelector(".facts"), running ? line(id, facts, numbers, group) : "stopped");
    group.querySelector(".body").setAttribute("aria-label", `${id}: ${running ? facts : "stopped"}`);
    badge(group, plan.boxes.get(id), state.backlog[id]);
  }
  loops(svg, state, plan, on);
  for (const role of ["kube-scheduler", "kube-controller-manager"]) instances(svg, state, plan, role, on);
}

// Where a component has an instance a control-plane node: a chip for each below its box, the one that leads marked.
function instances(svg, state, plan, role, on) {
  const box = plan.boxes.get(role);
  const group = svg.querySelector(`.component[data-id='${role}']`);
  const known = Object.entries(state.components).filter(([id, [, , numbers]]) => numbers.instance && id.startsWith(`${role}.`));
  const words = known.map(([id, [running, facts, { instance }]]) => ({ id, text: String(known.findIndex(([each]) => each === id) + 1), off: !running, leads: running && facts === "leads", label: `${role} on ${instance}: ${running ? facts : "stopped"}` }));
  const signature = words.map((each) => each.label).join();
  let parent = group?.querySelector(".instances");
  if (!box || parent?.dataset.shown === signature || (!parent && !signature)) return;
  parent ??= make("g", { class: "instances chips" }, group);
  parent.dataset.shown = signature;
  parent.replaceChildren();
  row(parent, box.x + 14, box.y + box.h - 9, box.w, words, 1, on.show);
}

function line(id, facts, numbers, group) {
  if (id !== "kube-apiserver") return group.classList.contains("small") ? facts : facts;
  const at = performance.now();
  if (numbers.requests >= rate.requests && rate.at) rate.shown = Math.round((numbers.requests - rate.requests) / Math.max(1, (at - rate.at) / 1000));
  rate.requests = numbers.requests;
  rate.at = at;
  return `${rate.shown} req/s · p99 ${numbers.p99} ms · ${facts.split(" · ")[0]}`;
}

// What waits: messages and journeys for a component, changes for a proxy.
function badge(group, box, waiting) {
  const total = waiting ? waiting.messages + waiting.journeys + waiting.changes : 0;
  let plate = group.querySelector(".badge");
  if (!total || !box) { plate?.remove(); return; }
  const parts = [[waiting.journeys, "journey"], [waiting.messages, "message"], [waiting.changes, "change"]];
  const words = parts.filter(([count]) => count).map(([count, word]) => `${count} ${word}${count > 1 ? "s" : ""}`).join(", ");
  if (!plate) {
    plate = make("g", { class: "badge" }, group);
    make("rect", { rx: 9, height: 18 }, plate);
    make("text", { "text-anchor": "middle" }, plate);
  }
  const verb = total === 1 ? "waits" : "wait";
  const text = box.small ? `${total} ${verb}` : `${words} ${verb}`;
  const width = text.length * 6 + 14;
  const x = box.x + box.w / 2, y = box.y + box.h - 6;
  plate.querySelector("rect").setAttribute("x", x - width / 2);
  plate.querySelector("rect").setAttribute("y", y);
  plate.querySelector("rect").setAttribute("width", width);
  plate.querySelector("text").setAttribute("x", x);
  plate.querySelector("text").setAttribute("y", y + 13);
  setText(plate.querySelector("text"), text);
  plate.setAttribute("aria-label", `${words} ${verb}`);
}

let drawnLoops = "";
export function forgetLoops() { drawnLoops = ""; }

function loops(svg, state, plan, on) {
  const box = plan.boxes.get("kube-controller-manager");
  const parent = svg.querySelector(".component[data-id='kube-controller-manager'] .chips");
  const known = Object.entries(state.components).filter(([id, [, , numbers]]) => id.startsWith("kube-controller-manager.") && !numbers.instance);
  const signature = known.map(([id, [running]]) => `${id}${running}`).join();
  if (!parent || signature === drawnLoops) return;
  drawnLoops = signature;
  parent.replaceChildren();
  const all = known.map(([id, [running]]) => {
    const name = id.split(".")[1];
    return { id, text: SHORT[name] ?? name, off: !running, label: `control loop ${name}: ${running ? "running" : "stopped"}` };
  });
  all.sort((a, b) => Number(b.off) - Number(a.off));
  const drawn = row(parent, box.x + 16, box.y + 54, box.w - 22, all, 4, on.show);
  if (drawn < all.length) {
    parent.lastChild.remove();
    const rest = { text: `+${all.length - drawn + 1}`, id: "kube-controller-manager", label: "all control loops" };
    row(parent, box.x + box.w - 44, box.y + 54 + 63, 40, [rest], 1, on.show);
  }
}

// Once a second: how much etcd wrote.
export function tick(svg, state, plan) {
  const revision = state.components.etcd?.[2].revision ?? writes.revision;
  const wrote = writes.revision && revision > writes.revision ? revision - writes.revision : 0;
  writes.revision = revision || writes.revision;
  const idle = !wrote && !writes.minute.some(Boolean);
  if (idle && writes.drawn === revision) return;
  writes.drawn = revision;
  writes.minute = [...writes.minute.slice(1), wrote];
  bars(svg.querySelector(".bars"), writes.minute.slice(-BARS), 38, 11, 15);
  bars(document.getElementById("writes"), writes.minute, 20, 3, 4, 24);
  setText(document.getElementById("revision"), `rev ${revision}`);
}

function bars(parent, values, height, width, pitch, bottom = 0) {
  if (!parent) return;
  const most = Math.max(8, ...values);
  while (parent.children.length < values.length) make("rect", { class: "writes-bar", rx: 1.5, width }, parent);
  values.forEach((value, index) => {
    const size = Math.max(2, Math.sqrt(value / most) * height);
    const bar = parent.children[index];
    bar.setAttribute("x", index * pitch);
    bar.setAttribute("y", bottom - size);
    bar.setAttribute("height", size);
  });
}

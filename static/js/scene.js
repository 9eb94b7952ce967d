// Draws the standing parts: rooms, boxes with their switches, lines. What moves and changes is drawn by others.
import { fit, make, pressable, role } from "./svg.js";

const STAGES = ["authn", "authz", "admission", "validate"];
const EXTENSION_POINTS = ["filter", "score", "bind"];

export function build(svg, plan, on) {
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${plan.width} ${plan.height}`);
  svg.classList.toggle("narrow", plan.narrow);
  room(svg, plan.plane, "Control plane", "plane-note");
  room(svg, plan.fleet, "Worker nodes", "fleet");
  const tray = make("g", { class: "tray" }, svg);
  make("rect", { class: "tray-box", x: plan.tray.x, y: plan.tray.y, width: plan.tray.w, height: plan.tray.h, rx: 10 }, tray);
  make("text", { class: "sub", x: plan.tray.x + 8, y: plan.tray.y + 17 }, tray, "no node yet");
  const cards = make("g", {}, svg);
  for (const card of plan.cards) nodeCard(cards, card, on);
  const lines = make("g", { class: "edges" }, svg);
  const paths = new Map();
  for (const [key, edge] of plan.edges) {
    paths.set(key, make("path", { class: `edge ${edge.faint ? "faint" : ""}`, d: edge.d, "data-edge": key }, lines));
  }
  const boxes = make("g", {}, svg);
  for (const box of plan.boxes.values()) component(boxes, box, on);
  const layers = { paths, lines };
  for (const name of ["pods", "marks", "tokens"]) layers[name] = make("g", { class: name, id: name }, svg);
  layers.tokens.setAttribute("aria-hidden", "true");
  return layers;
}

function room(svg, { x, y, w, h }, title, note) {
  make("rect", { class: "zone", x, y, width: w, height: h, rx: 16 }, svg);
  make("text", { class: "zone-title", x: x + 18, y: y + 26 }, svg, title);
  make("text", { class: "sub", x: x + w - 14, y: y + 26, "text-anchor": "end", id: note }, svg);
}

function component(parent, box, on) {
  const { id, x, y, w, h, title, small } = box;
  const group = make("g", { class: `component ${small ? "small" : ""} ${id === "others" ? "absent" : ""}`, "data-id": id }, parent);
  const body = make("g", { class: "body" }, group);
  make("rect", { class: "box", x, y, width: w, height: h, rx: 10 }, body);
  make("path", { class: `stripe ${role(id)}`, d: `M${x + 5} ${y}h-1a4 4 0 0 0 -4 4v${h - 8}a4 4 0 0 0 4 4h1z` }, body);
  make("text", { class: "name", x: x + (small ? 12 : 16), y: y + (small ? 19 : 24) }, body, title);
  make("text", { class: "sub facts", x: x + (small ? 12 : 16), y: y + (small ? 34 : 42) }, body);
  const chips = make("g", { class: "chips" }, group);
  if (id === "kube-apiserver") row(chips, x + 16, y + 58, w - 24, STAGES);
  if (id === "kube-scheduler") row(chips, x + 16, y + 58, w - 20, EXTENSION_POINTS);
  if (id === "etcd") make("g", { class: "bars", transform: `translate(${x + 16} ${y + h - 12})` }, group);
  if (role(id) !== "client") {
    body.setAttribute("role", "button");
    body.setAttribute("aria-label", id);
    pressable(body, () => on.show(id));
    power(group, id, x + w - 13, y + 13, on);
  }
}

function power(group, id, x, y, on) {
  const knob = make("g", { class: "switch", role: "switch", "aria-checked": "true", "aria-label": `Power of ${id}`, "data-id": id }, group);
  make("title", {}, knob, `Power of ${id}`);
  make("circle", { class: "reach", cx: x, cy: y, r: 12 }, knob);
  make("circle", { class: "dot", cx: x, cy: y, r: 4.5 }, knob);
  pressable(knob, () => on.power(id, knob.getAttribute("aria-checked") !== "true"));
}

function nodeCard(parent, card, on) {
  const group = make("g", { class: "node", "data-node": card.name }, parent);
  make("rect", { class: "card", x: card.x, y: card.y, width: card.w, height: card.h, rx: 12 }, group);
  const title = make("g", { class: "body node-title", role: "button", "aria-label": `node ${card.name}` }, group);
  make("rect", { class: "reach", x: card.x + 4, y: card.y + 4, width: card.w - 8, height: 25, rx: 8 }, title);
  make("text", { class: "name", x: card.x + 14, y: card.y + 21 }, title, fit(card.name, 16));
  make("text", { class: "sub node-state", x: card.x + card.w - 14, y: card.y + 21, "text-anchor": "end" }, title);
  make("title", {}, title, card.name);
  pressable(title, () => on.show(`node.${card.name}`));
  make("text", { class: "sub more", x: card.x + card.w - 14, y: card.y + card.h - 8, "text-anchor": "end" }, group);
}

// Chips in rows; returns how many fitted into `most` rows.
export function row(parent, x, y, width, names, most = 1, chosen = null) {
  let left = x, line = 0, drawn = 0;
  for (const name of names) {
    const text = typeof name === "string" ? name : name.text;
    const size = 14 + text.length * 5.3;
    if (left + size > x + width) { line += 1; left = x; }
    if (line >= most) break;
    const chip = make("g", { class: `chip ${name.off ? "off" : ""} ${name.leads ? "leads" : ""}` }, parent);
    make("rect", { x: left, y: y + line * 21, width: size, height: 17, rx: 8.5 }, chip);
    make("text", { x: left + size / 2, y: y + line * 21 + 12, "text-anchor": "middle" }, chip, text);
    if (chosen && name.id) { chip.setAttribute("role", "button"); chip.setAttribute("aria-label", name.label); pressable(chip, () => chosen(name.id)); }
    left += size + 5;
    drawn += 1;
  }
  return drawn;
}

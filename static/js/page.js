// The page: frames from the socket go to the state, what changed goes to the drawers. Everything drawn was told.
import * as breakpoints from "./breakpoints.js";
import * as console_ from "./console.js";
import * as controls from "./controls.js";
import * as dock from "./dock.js";
import * as extras from "./extras.js";
import { drawFacts, forgetLoops, tick } from "./facts.js";
import { compute } from "./geometry.js";
import * as heldList from "./held.js";
import * as panel from "./panel.js";
import * as predict from "./predict.js";
import { drawNodes, drawOverview, drawPods, forgetPods } from "./pods.js";
import { build } from "./scene.js";
import * as share from "./share.js";
import { follow } from "./socket.js";
import { now, reset, state, take } from "./state.js";
import { setText } from "./svg.js";
import { drawMarks, forgetTokens, travel } from "./tokens.js";
import * as transport from "./transport.js";
import * as welcome from "./welcome.js";

const { slug } = document.querySelector(".board").dataset;
const svg = document.getElementById("diagram");
const narrow = matchMedia("(max-width: 700px)");
const namespaces = document.getElementById("namespace");
const on = { show: panel.show, power: controls.power };
const scene = { svg, plan: null, layers: null };
const view = { first: 0, signature: "", story: null, pod: "" };

// The nodes with a card among the workers: theirs, then what else the control plane stands on.
function workers(own) {
  const nodes = [...state.objects.Node.values()].filter((node) => node.name !== own);
  const last = (node) => Number(node.role !== "worker");
  return nodes.sort((a, b) => last(a) - last(b) || a.name.localeCompare(b.name, "en", { numeric: true })).map((node) => node.name);
}

// The first node of the control plane stands in its room.
function ownNode() {
  return [...state.objects.Node.values()].filter((node) => node.role === "control-plane").map((node) => node.name).sort()[0];
}

// The standing parts are drawn anew when the nodes are others, or the page changed its shape.
function stand() {
  const own = ownNode(), names = workers(own);
  if (view.first >= names.length) view.first = 0;
  const signature = [narrow.matches, view.first, own, ...names].join();
  if (signature === view.signature) return false;
  forgetPods(); forgetTokens(); forgetLoops();
  scene.plan = compute(narrow.matches, names, view.first, own);
  scene.layers = build(svg, scene.plan, on);
  view.signature = signature;
  return true;
}

function draw(changed) {
  const anew = stand();
  const { plan } = scene;
  const everyNode = ["", ...plan.cards.map((card) => card.name)];
  if (anew || changed.facts || changed.slow) drawFacts(svg, state, plan, on);
  if (anew || changed.nodes.size) drawPods(svg, state, plan, anew ? everyNode : changed.nodes, namespaces.value, on);
  if (anew || changed.nodes.size || changed.fleet || changed.facts) drawNodes(svg, state, plan);
  if (anew || changed.fleet) drawOverview(svg, plan, state, workers(ownNode()), view.first, turn);
  if (anew || changed.slow) { drawMarks(scene, state.held, view.story); transport.drawTransport(state); heldList.drawHeld(state); predict.hear(state); breakpoints.drawBreakpoints(state); }
  if (anew || changed.pods.length) { markFollowed(); offerNamespaces(changed.pods); }
}

function turn(first) {
  view.first = first;
  draw(take({}));
}

function markFollowed() {
  const pod = [...state.objects.Pod.values()].find((each) => view.pod && each.uid === view.pod);
  for (const group of svg.querySelectorAll(".pod")) group.classList.toggle("followed", group.dataset.uid === view.pod);
  for (const group of svg.querySelectorAll(".node")) group.classList.toggle("pick", Boolean(pod?.node) && group.dataset.node === pod.node);
}

function offerNamespaces(pods) {
  for (const { namespace } of pods) {
    if (!namespace || [...namespaces.options].some((option) => option.value === namespace)) continue;
    namespaces.append(new Option(namespace, namespace));
  }
}

// The page as it was: `past.js` has the bar and the slider, and is loaded when somebody goes back.
async function rewind(revision) {
  const { enter } = await import("./past.js");
  await enter(slug, revision, { show, live: () => { reset(); view.signature = ""; follow.socket.close(); refreshAll(); } });
}

function show(frame) {
  reset();
  view.signature = "";
  draw(take(frame));
  console_.write(document.getElementById("console"), frame.hops);
  refreshAll();
}

function refreshAll() {
  for (const name of ["story", "wire", "object"]) panel.refresh(name, 0);
}

function onFrame(frame) {
  if (document.body.classList.contains("past")) return;
  const changed = take(frame);
  draw(changed);
  travel(scene, frame, state.pace);
  extras.hear(frame);
  console_.write(document.getElementById("console"), frame.hops);
  const ofPods = changed.pods.length || frame.hops?.some(([, , , label]) => label.includes("pods") || label.includes("Pod") || label.includes("Container"));
  if (ofPods || changed.slow || frame.components) panel.refresh("story");
  if (frame.hops && panel.isShown("wire")) panel.refresh("wire");
  if ((changed.facts || changed.pods.length || changed.fleet) && panel.isShown("object")) panel.refresh("object");
}

function onLive(text) {
  const live = document.getElementById("live");
  live.classList.toggle("off", text !== "live");
  setText(live, text);
}

panel.open(slug, (pod, trouble) => {
  view.pod = pod;
  transport.follow(document.querySelector("#story .story")?.dataset.pod ?? "");
  view.story = trouble;
  drawMarks(scene, state.held, trouble);
  markFollowed();
});
controls.open();
document.getElementById("rewind").addEventListener("click", () => rewind(state.components.etcd?.[2].revision ?? 1));
document.body.addEventListener("rewind", (event) => rewind(event.detail));
transport.open();
heldList.open(breakpoints.editHeld);
breakpoints.open(slug);
predict.open(slug, panel.showHop);
share.open();
welcome.open();
dock.open(slug);
extras.open(slug, panel.show);
stand();
narrow.addEventListener("change", () => draw(take({})));
namespaces.addEventListener("change", () => drawPods(svg, state, scene.plan, ["", ...scene.plan.cards.map((card) => card.name)], namespaces.value, on));
setInterval(() => {
  if (document.hidden || !state.time) return;
  setText(document.getElementById("clock"), `${new Date(now() * 1000).toISOString().slice(11, 19)} cluster time${transport.clockWords(state)}`);
  tick(svg, state, scene.plan);
}, 1000);
follow(slug, onFrame, onLive);
if (share.asked()) rewind(share.asked());

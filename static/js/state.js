// What is known of the cluster: frames in, changes out. A change is taken once, by revision: none missed, none doubled.
export const state = {
  objects: { Pod: new Map(), Node: new Map() },
  byNode: new Map(),
  components: {},
  backlog: {},
  held: [],
  acted: [],
  pace: 0,
  transport: null,
  time: 0,
  rate: 1,
  heardAt: 0,
  epoch: "",
  revisions: { Pod: -1, Node: -1 },
};

const MOST_GONE = 5000;
const gone = new Map(); // what was deleted, at which revision: a late frame must not bring it back

// Takes a frame; what it changed: { nodes: those whose pods to draw anew, fleet, facts, slow, pods }
export function take(frame) {
  const changed = { nodes: new Set(), fleet: false, pods: [], facts: Boolean(frame.components || frame.withdrawn), slow: false };
  for (const kind of frame.whole ?? []) forget(kind, frame.set.filter((each) => each.kind === kind), changed);
  for (const each of frame.set ?? []) put(each, changed);
  for (const each of frame.gone ?? []) remove(each, changed);
  if (frame.entire) state.components = {};
  Object.assign(state.components, frame.components);
  for (const id of frame.withdrawn ?? []) delete state.components[id];
  for (const name of ["pace", "held", "acted", "transport", "backlog", "mode"]) {
    if (name in frame) { state[name] = frame[name]; changed.slow = true; }
  }
  if (frame.time) Object.assign(state, { time: frame.time, rate: frame.rate, heardAt: performance.now() });
  if (frame.epoch) { state.epoch = frame.epoch; }
  if (frame.revisions) state.revisions = frame.revisions;
  return changed;
}

// Forgets everything, as a page that has just been opened.
export function reset() {
  gone.clear();
  Object.assign(state, { objects: { Pod: new Map(), Node: new Map() }, byNode: new Map(), components: {}, epoch: "", revisions: { Pod: -1, Node: -1 } });
}

// What to tell the server when coming back.
export function seen() {
  return new URLSearchParams({ epoch: state.epoch, Pod: Math.max(0, state.revisions.Pod), Node: Math.max(0, state.revisions.Node) }).toString();
}

export function now() {
  return state.time + ((performance.now() - state.heardAt) / 1000) * state.rate;
}

function put(each, changed) {
  const known = state.objects[each.kind].get(each.key);
  const id = `${each.kind}/${each.key}`;
  if ((known && known.revision >= each.revision) || (gone.get(id) ?? -1) >= each.revision) return;
  gone.delete(id);
  state.objects[each.kind].set(each.key, each);
  tell(each, known ? "changed" : "added");
  if (each.kind === "Node") { changed.fleet = true; return; }
  if (known && known.node !== each.node) leave(known, changed);
  if (!state.byNode.has(each.node)) state.byNode.set(each.node, new Map());
  state.byNode.get(each.node).set(each.key, each);
  changed.nodes.add(each.node);
  changed.pods.push(each);
}

function remove(each, changed) {
  const known = state.objects[each.kind].get(each.key);
  if (!known || known.revision > each.revision) return;
  if (gone.size > MOST_GONE) gone.clear();
  gone.set(`${each.kind}/${each.key}`, each.revision);
  state.objects[each.kind].delete(each.key);
  tell(each, "gone");
  if (each.kind === "Node") changed.fleet = true;
  else { leave(known, changed); changed.pods.push(each); }
}

function forget(kind, fresh, changed) {
  const keys = new Set(fresh.map((each) => each.key));
  for (const known of [...state.objects[kind].values()]) if (!keys.has(known.key)) remove(known, changed);
  changed.fleet ||= kind === "Node";
}

function leave(pod, changed) {
  state.byNode.get(pod.node)?.delete(pod.key);
  changed.nodes.add(pod.node);
}

// For whoever listens (tests, the bench): every change, once.
function tell(each, what) {
  document.dispatchEvent(new CustomEvent("kubelearn:change", { detail: { what, kind: each.kind, key: each.key, revision: each.revision, phase: each.phase } }));
}

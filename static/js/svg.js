// Small ways to draw: elements by name, text that fits.
const NS = "http://www.w3.org/2000/svg";

export function make(name, attributes, parent, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}

// Names may have 253 characters: what does not fit ends in an ellipsis.
export function fit(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

// Enter and space do what a click does.
export function pressable(element, act) {
  element.setAttribute("tabindex", element.getAttribute("tabindex") ?? "0");
  element.addEventListener("click", (event) => { event.stopPropagation(); act(event); });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); act(event); }
  });
}

export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

const ROLES = {
  "kube-apiserver": "api", etcd: "etcd", "kube-scheduler": "scheduler", "kube-controller-manager": "manager",
  kubelet: "kubelet", "kube-proxy": "proxy", runtime: "runtime",
};

// The colour of a component, the same everywhere; whoever is none is a client.
export function role(id) {
  return ROLES[id] ?? ROLES[id.split(".")[0]] ?? "client";
}

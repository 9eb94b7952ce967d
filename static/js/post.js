// Sends what a person pressed to the server; says in words what could not be done.
const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "Content-Type": "application/x-www-form-urlencoded" };
const announce = document.getElementById("announce");
const base = `/c/${document.querySelector(".board").dataset.slug}`;

export function say(text) {
  announce.textContent = text;
}

// The fault in words, "" when it was done.
export async function post(path, body = {}) {
  const answer = await fetch(base + path, { method: "POST", headers, body: new URLSearchParams(body) });
  if (answer.ok) return "";
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  const fault = plain ? await answer.text() : { 403: "only the owner of this cluster may do that", 404: "it is no longer there" }[answer.status] ?? answer.status;
  say(`It could not be done: ${fault}`);
  return String(fault);
}

// A link to what the page shows: a journey, a message, an object, or the whole page at a revision.
const get = (id) => document.getElementById(id);

export function open() {
  const dialog = get("share-dialog");
  get("share").addEventListener("click", () => {
    const [words, link] = shown();
    get("share-what").textContent = words;
    get("share-link").value = link;
    get("share-done").textContent = "";
    dialog.showModal();
    get("share-link").select();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-close]")) dialog.close(); });
  get("share-copy").addEventListener("click", async () => {
    const done = get("share-done").dataset;
    get("share-link").select();
    const copied = await (navigator.clipboard?.writeText(get("share-link").value).then(() => true, () => false) ?? false);
    get("share-done").textContent = copied ? done.copied : done.failed;
  });
}

// The revision that the address asks for, 0 for now.
export function asked() {
  const at = new URLSearchParams(location.search).get("at") ?? "";
  return /^\d{1,15}$/.test(at) ? Number(at) : 0;
}

function shown() {
  const words = get("share-what").dataset;
  const at = document.querySelector(".past-bar input[type=range]")?.value;
  const tab = document.querySelector(".tabs [aria-selected=true]").getAttribute("aria-controls");
  const hop = document.querySelector("#story .story")?.dataset.hop;
  const part = tab === "story" ? (hop ? `#story?hop=${hop}` : "") : location.hash;
  const kind = at ? "revision" : part.startsWith("#hop") ? "hop" : { story: hop ? "story" : "page", wire: "wire", object: "object" }[tab];
  return [words[kind].replace("{revision}", at), `${location.origin}${location.pathname}${at ? `?at=${at}` : ""}${part}`];
}

// Offers the tour to whoever comes for the first time, and starts it again when asked; that it was taken is kept by the server.
import { post, say } from "./post.js";

export function open() {
  const offer = document.getElementById("welcome");
  const begin = async () => {
    const { start } = await import("./tour.js");
    offer.hidden = true;
    start(JSON.parse(document.getElementById("tour-stops").textContent), end);
  };
  const end = async (how) => {
    offer.hidden = true;
    document.getElementById("create").focus();
    if (!await post("/tour/", { how })) say(offer.dataset[how]);
  };
  document.getElementById("tour").addEventListener("click", begin);
  offer.addEventListener("click", (event) => {
    const { welcome } = event.target.closest("button")?.dataset ?? {};
    if (welcome === "begin") begin();
    else if (welcome === "no") end("skipped");
  });
}

// The large sheet over the page, for what needs room: loaded when it is first asked for.
const box = document.getElementById("sheet");
const SCALE = 2;

box.addEventListener("click", (event) => {
  if (event.target === box || event.target.closest("[data-close]")) box.close();
  const address = event.target.closest("[data-png]")?.dataset.png;
  if (address) savePng(address);
});

export async function open(url) {
  const theme = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  if (!box.open) box.showModal();
  await htmx.ajax("GET", `${url}&theme=${theme}`, { source: "#sheet", target: "#sheet-body", swap: "innerHTML" }).catch(() => {});
  if (!document.getElementById("sheet-body").children.length) document.getElementById("sheet-body").textContent = "There is nothing to draw: no such journey is kept.";
}

// The drawing as the file has it, painted on a canvas.
async function savePng(address) {
  const text = await (await fetch(address)).text();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width * SCALE, height: image.height * SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = "sequence.png";
  link.click();
}

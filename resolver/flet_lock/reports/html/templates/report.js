"use strict";
// Every way from the app to the package that is chosen: up the links, each node once.
for (const svg of document.querySelectorAll("svg")) {
  const lines = [...svg.querySelectorAll("path[data-from]")];
  const nodes = [...svg.querySelectorAll(".node")];
  const clear = () => {
    svg.classList.remove("chosen");
    for (const each of svg.querySelectorAll(".way")) each.classList.remove("way");
  };
  const choose = (node) => {
    const again = node.classList.contains("picked");
    for (const each of nodes) each.classList.remove("picked");
    clear();
    if (again) return;
    node.classList.add("picked");
    svg.classList.add("chosen");
    const reached = new Set([node.dataset.key]);
    for (const key of reached) {
      for (const line of lines) {
        if (line.dataset.to !== key) continue;
        line.classList.add("way");
        reached.add(line.dataset.from);
      }
    }
    for (const each of nodes) each.classList.toggle("way", reached.has(each.dataset.key));
  };
  for (const node of nodes) {
    node.addEventListener("click", () => choose(node));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(node);
    });
  }
}
const filter = document.getElementById("filter");
if (filter) {
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("tr[data-package]")) {
      row.hidden = !row.dataset.package.includes(wanted);
    }
  });
}

// Looks at the page as a reader would, and writes what is wrong into the root's attribute.
addEventListener("load", () => {
  const wrong = [...document.querySelectorAll("html")].flatMap((root) => root.dataset.errors ? [`script: ${root.dataset.errors}`] : []);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((it) => !it.closest(".scroll, pre, svg")
      && it.getBoundingClientRect().right > root.clientWidth + 1);
    wrong.push(`overflow: ${root.scrollWidth} of ${root.clientWidth}, ${wide.slice(0, 3).map((it) => it.outerHTML.slice(0, 90))}`);
  }
  let charts = 0;
  for (const svg of document.querySelectorAll("svg.chart")) {
    const own = svg.getBoundingClientRect();
    if (own.width === 0) continue;
    charts += 1;
    for (const text of svg.querySelectorAll("text")) {
      const at = text.getBoundingClientRect();
      if (at.left < own.left - 3 || at.right > own.right + 3 || at.top < own.top - 3 || at.bottom > own.bottom + 3) {
        wrong.push(`clipped in ${svg.closest("figure").id}: ${text.textContent}`);
      }
    }
    const boxes = [...svg.querySelectorAll("text.tick, text.row")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const [place, [first, a]] of boxes.entries()) {
      for (const [second, b] of boxes.slice(place + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 4) wrong.push(`overlap in ${svg.closest("figure").id}: ${first} and ${second}`);
      }
    }
  }
  for (const details of document.querySelectorAll("details")) details.open = true;
  const table = document.querySelector("table.sortable");
  const body = table.tBodies[table.tBodies.length - 1];
  const column = [...table.tHead.rows[0].cells].findIndex((cell) => cell.classList.contains("figure"));
  const values = () => [...body.rows].filter((row) => !row.classList.contains("section"))
    .map((row) => row.cells[column].dataset.value ?? row.cells[column].textContent).filter((it) => it !== "").map(Number);
  const button = table.tHead.rows[0].cells[column].querySelector("button");
  button.click();
  const rising = values();
  if (rising.some((it, place) => place > 0 && it < rising[place - 1])) wrong.push(`not sorted: ${rising}`);
  button.click();
  const falling = values();
  if (falling.some((it, place) => place > 0 && it > falling[place - 1])) wrong.push(`not sorted down: ${falling}`);
  const filter = document.querySelector("[data-filter]");
  filter.value = "no row has this";
  filter.dispatchEvent(new Event("input"));
  const filtered = filter.closest(".table").querySelectorAll("tbody tr:not(.section):not([hidden])").length;
  if (filtered !== 0) wrong.push(`not filtered: ${filtered} rows`);
  const mark = [...document.querySelectorAll(".mark")].find((it) => it.getBoundingClientRect().width > 0);
  mark.focus();
  const tip = document.getElementById("tip");
  if (tip.hidden || tip.textContent !== mark.getAttribute("aria-label")) wrong.push("no values on focus");
  root.dataset.probe = wrong.length === 0 ? `fine: ${charts} charts at ${root.clientWidth}` : wrong.slice(0, 12).join(" | ");
});

// Runs axe, and writes what is serious into the root's attribute.
addEventListener("load", async () => {
  const root = document.documentElement;
  for (const part of document.querySelectorAll("details:not(.settings, .settings *)")) part.open = true;
  const { passes, violations } = await axe.run(document, { resultTypes: ["violations"] });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  root.dataset.probe = serious.length === 0
    ? `fine: ${passes.length} rules hold, ${violations.map(({ id }) => id)}`
    : serious.map(({ id, nodes }) => `${id}: ${nodes.length}, ${nodes[0].html.slice(0, 160)}`).join(" | ");
});

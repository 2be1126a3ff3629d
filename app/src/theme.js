(function () {
  // Before the first paint, so that the theme never flashes; without a choice the stylesheet follows the system.
  var html = document.documentElement, key = "askusers-theme";
  try { var kept = localStorage.getItem(key); if (kept) html.dataset.theme = kept; } catch (e) {}
  addEventListener("click", function (e) {
    if (!e.target.closest("[data-theme-toggle]")) return;
    var dark = html.dataset.theme ? html.dataset.theme === "askusers-dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    html.dataset.theme = dark ? "askusers-light" : "askusers-dark";
    try { localStorage.setItem(key, html.dataset.theme); } catch (e) {}
  });
})();

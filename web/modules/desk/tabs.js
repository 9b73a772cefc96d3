// The sheet beside the map: tabs that the arrow keys go through.

/** @param {HTMLElement} list @param {(id: string) => void} opened @returns {(id: string) => void} opens the panel of an id */
export function connectTabs(list, opened) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
  const open = (/** @type {HTMLElement} */ chosen, focus = false) => {
    for (const tab of tabs) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !is;
    }
    if (focus) chosen.focus();
    opened(chosen.getAttribute("aria-controls") ?? "");
  };
  list.addEventListener("click", (event) => {
    const tab = /** @type {HTMLElement} */ (event.target).closest("[role=tab]");
    if (tab instanceof HTMLElement) open(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    open(tabs[(next + tabs.length) % tabs.length], true);
  });
  return (id) => {
    const tab = tabs.find((one) => one.getAttribute("aria-controls") === id);
    if (tab) open(tab);
  };
}

// The tree: branches come when they are opened; arrows move, right opens, left closes, enter follows.
(() => {
  const tree = document.querySelector("[data-tree]");
  if (!tree) return;
  const items = () => [...tree.querySelectorAll("[role=treeitem]")].filter((one) => !one.parentElement.closest("[role=treeitem][aria-expanded=false]"));
  const branchOf = (item) => item.querySelector(":scope > [role=group]");
  const link = (item) => item.querySelector(":scope > .node > .node-link, :scope > [data-more]");

  function setUp(root) {
    root.querySelectorAll("[role=treeitem]").forEach((one) => { one.tabIndex = -1; });
    root.querySelectorAll("a").forEach((one) => { one.tabIndex = -1; });
  }
  setUp(tree);
  const first = tree.querySelector("[role=treeitem]");
  if (first) first.tabIndex = 0;

  function focus(item) {
    if (!item) return;
    tree.querySelectorAll("[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus();
  }
  async function fetchItems(address) {
    const response = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!response.ok || response.redirected) { location.reload(); return []; }
    const page = new DOMParser().parseFromString(`<ul>${await response.text()}</ul>`, "text/html");
    return [...page.querySelector("ul").children];
  }
  function label(item, isOpen) {
    item.setAttribute("aria-expanded", String(isOpen));
    const twist = item.querySelector(":scope > .node > .twist");
    twist.setAttribute("aria-label", (isOpen ? "收起" : "展开") + link(item).textContent);
  }
  async function open(item) {
    if (item.getAttribute("aria-expanded") !== "false") return;
    let branch = branchOf(item);
    if (!branch) {
      item.classList.add("waiting");
      const fresh = await fetchItems(item.querySelector(":scope > .node > .twist").dataset.ask);
      item.classList.remove("waiting");
      branch = document.createElement("ul");
      branch.setAttribute("role", "group");
      branch.append(...fresh);
      setUp(branch);
      item.append(branch);
    }
    branch.hidden = false;
    label(item, true);
  }
  function close(item) {
    if (item.getAttribute("aria-expanded") !== "true") return;
    branchOf(item).hidden = true;
    label(item, false);
  }
  async function more(item) {
    item.classList.add("waiting");
    const fresh = await fetchItems(item.querySelector("[data-more]").dataset.more);
    const holder = document.createElement("ul");
    holder.append(...fresh);
    setUp(holder);
    item.replaceWith(...holder.children);
    focus(fresh[0]);
  }
  tree.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const twist = event.target.closest(".twist[data-ask]"), rest = event.target.closest("[data-more]");
    if (twist) { event.preventDefault(); const item = twist.closest("[role=treeitem]"); item.getAttribute("aria-expanded") === "true" ? close(item) : open(item); focus(item); }
    if (rest) { event.preventDefault(); more(rest.closest("[role=treeitem]")); }
  });
  tree.addEventListener("keydown", (event) => {
    const item = event.target.closest("[role=treeitem]"), all = items(), here = all.indexOf(item);
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const parent = item.parentElement.closest("[role=treeitem]"), isOpen = item.getAttribute("aria-expanded");
    const acts = {
      ArrowDown: () => focus(all[here + 1]),
      ArrowUp: () => focus(all[here - 1]),
      Home: () => focus(all[0]),
      End: () => focus(all[all.length - 1]),
      ArrowRight: () => isOpen === "false" ? open(item) : isOpen === "true" && focus(all[here + 1]),
      ArrowLeft: () => isOpen === "true" ? close(item) : focus(parent),
      Enter: () => link(item) && (link(item).dataset.more ? more(item) : link(item).click()),
      " ": () => isOpen === "false" ? open(item) : close(item),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
})();

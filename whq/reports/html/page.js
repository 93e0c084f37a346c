"use strict";
(() => {
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const one = (query, from = document) => from.querySelector(query);

  // --- links: what they lead to is opened and shown -------------------------------------------------------
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) reset();
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target.scrollIntoView();
    requestAnimationFrame(() => target.scrollIntoView());
    if (target.hasAttribute("tabindex")) target.focus({ preventScroll: true });
  };

  // --- filter ---------------------------------------------------------------------------------------------
  const form = one(".filter");
  const side = one(".side");
  side.open = !matchMedia("(max-width: 68rem)").matches;
  matchMedia("(max-width: 68rem)").addEventListener("change", (event) => {
    side.open = !event.matches;
  });
  const search = one("#q");
  const owner = one("#o");
  const dataset = one("#d");
  const boxes = all("input[name=s]");
  const items = all("[data-item]").map((node) => {
    const home = node.closest("[data-of]");
    return { node, status: node.dataset.s, words: node.dataset.f, of: home ? home.dataset.of : "" };
  });
  const parts = all("[data-of]").filter((node) => !one("[data-item]", node));
  const lists = all("[data-section], [data-group]").reverse();

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    const mine = owner && owner.value ? ` ${owner.value.toLowerCase()} ` : "";
    const only = dataset ? dataset.value : "";
    const active = words.length > 0 || off.size > 0 || mine !== "" || only !== "";
    let shown = 0;
    let total = 0;
    for (const { node, status, words: found, of } of items) {
      const fits = (!only || of === only) && !off.has(status) && words.every((word) => found.includes(word)) && ` ${found} `.includes(mine);
      node.hidden = !fits;
      const counted = node.tagName !== "LI" && node.tagName !== "FIGURE";
      total += counted;
      shown += counted && fits;
    }
    const left = new Set(items.filter((item) => !item.node.hidden).map((item) => item.of));
    for (const part of parts) {
      const isRow = part.tagName === "TR";
      part.hidden = isRow ? active && !left.has(part.dataset.of) : only !== "" && part.dataset.of !== only;
    }
    for (const list of lists) {
      const inside = all("[data-item]", list);
      list.hidden = active && inside.length > 0 && inside.every((node) => node.hidden);
      const opens = words.length > 0 || (active && list.closest(".dataset > details") === list);
      if (list.tagName === "DETAILS" && opens && !list.hidden) list.open = true;
    }
    one(".none").hidden = !(active && shown === 0);
    one(".shown").textContent = active ? `${shown} of ${total} shown` : "";
  };

  const reset = () => {
    form.reset();
    apply();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  one(".none button").addEventListener("click", reset);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      side.open = true;
      search.focus();
    } else if (event.key === "Escape" && event.target === search) reset();
  });

  // --- a table that is sorted by the click of a column's title ------------------------------------------------
  for (const table of all("[data-sort]")) {
    const titles = all("thead th", table);
    titles.forEach((title, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...title.childNodes);
      title.append(button);
      button.addEventListener("click", () => {
        const down = title.getAttribute("aria-sort") === "ascending";
        const worth = (row) => row.cells[at].dataset.v ?? row.cells[at].textContent.trim();
        const rows = all("tbody tr", table).sort((a, b) => worth(a).localeCompare(worth(b), "en", { numeric: true }));
        for (const each of titles) each.removeAttribute("aria-sort");
        title.setAttribute("aria-sort", down ? "descending" : "ascending");
        one("tbody", table).append(...(down ? rows.reverse() : rows));
      });
    });
  }

  // --- charts: the numbers under the pointer, read from the table of the same card --------------------------
  const tip = one("#tip");
  let cross = null;

  const leave = () => {
    tip.hidden = true;
    if (cross) cross.remove();
    cross = null;
  };

  const point = (event) => {
    const chart = event.target instanceof Element ? event.target.closest("[data-chart]") : null;
    const plot = chart && one(".plot", chart);
    const card = chart && chart.closest(".card");
    const rows = card ? all(".numbers tr", card) : [];
    if (!plot || rows.length < 2) return leave();
    const frame = plot.getBoundingClientRect();
    const share = (event.clientX - frame.left) / frame.width;
    if (share < 0 || share > 1) return leave();
    const at = Math.min(Math.floor(share * (rows.length - 1)), rows.length - 2);
    const titles = [...rows[0].cells].map((cell) => cell.textContent.trim());
    const cells = [...rows[at + 1].cells].map((cell) => cell.textContent.trim());
    tip.textContent = cells.map((text, place) => (place && text ? `${titles[place]}: ${text}` : text)).filter(Boolean).join("\n");
    tip.hidden = false;
    const x = `${((at + 0.5) / (rows.length - 1)) * 100}%`;
    if (!cross || cross.parentNode !== plot) {
      if (cross) cross.remove();
      cross = document.createElementNS("http://www.w3.org/2000/svg", "line");
      cross.setAttribute("class", "cross");
      cross.setAttribute("y2", "150");
      plot.append(cross);
    }
    cross.setAttribute("x1", x);
    cross.setAttribute("x2", x);
    const wide = tip.offsetWidth;
    const left = event.clientX + 16 + wide > innerWidth ? event.clientX - 16 - wide : event.clientX + 16;
    tip.style.left = `${Math.max(left, 4)}px`;
    tip.style.top = `${Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 4)}px`;
    return undefined;
  };

  document.addEventListener("pointermove", point, { passive: true });
  document.addEventListener("pointerdown", point, { passive: true });
  document.addEventListener("scroll", leave, { passive: true });

  // --- printing: what is folded is printed, except numbers and statements ------------------------------------
  addEventListener("beforeprint", () => {
    for (const box of all("details.calm, .wrong details, .dataset > details")) box.open = true;
  });

  addEventListener("hashchange", reveal);
  reveal();
})();

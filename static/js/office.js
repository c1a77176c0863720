/* Behaviour of every page: search key, double-submit guard, leave-page guard, list keys, dialogs, bulk bar, print.
   Works on what is in the page and on what HTMX brings later; every page also works without it. */
(function () {
  "use strict";
  const words = document.currentScript ? document.currentScript.dataset : {};
  document.documentElement.classList.add("js");
  const dirty = new Set();
  let leaving = false;

  const isTyping = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));

  /* --- forms: submit once, keep the idempotency key, warn before losing typed text --- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    dirty.delete(form);
    leaving = true;
    /* After this turn, so that the pressed button's own name and value are still sent. */
    setTimeout(() => form.querySelectorAll("button[type=submit]:enabled, button:not([type]):enabled").forEach((button) => {
      button.disabled = true;
      button.dataset.held = "1";
      if (button === event.submitter && !form.hasAttribute("data-no-guard")) button.classList.add("btn-loading");
    }), 0);
    /* A download answers without leaving the page: let the form be used again. */
    if (form.hasAttribute("data-download") || form.target) setTimeout(() => release(form), 4000);
  });
  function release(form) {
    delete form.dataset.sent;
    leaving = false;
    /* Only what was held here: a button the server sent disabled stays so. */
    form.querySelectorAll("button[data-held]").forEach((button) => { button.disabled = false; delete button.dataset.held; button.classList.remove("btn-loading"); });
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.target.tagName === "FORM") release(event.target); });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.method === "post" && !form.hasAttribute("data-no-guard")) dirty.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of dirty) if (!form.isConnected) dirty.delete(form);
    if (dirty.size && !leaving) { event.preventDefault(); event.returnValue = words.unsaved || ""; }
  });
  /* Filters and page size apply at once; the button stays for those without scripts. */
  document.addEventListener("change", (event) => {
    if (event.target.hasAttribute("data-submit-on-change")) event.target.form.requestSubmit();
    if (event.target.matches("[data-pick], [data-pick-all]")) countPicked(event.target);
  });

  /* --- keys --- */
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) { event.preventDefault(); event.target.form.requestSubmit(); }
      return;
    }
    if (isTyping(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (event.key === "/") {
      const search = document.getElementById("global-search");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "j" || event.key === "k") {
      moveRow(event.key === "j" ? 1 : -1);
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      const link = document.querySelector("tr.is-current a[href]");
      if (link) { event.preventDefault(); link.click(); }
    } else if (event.key === "x") {
      const pick = document.querySelector("tr.is-current [data-pick]");
      if (pick) { pick.checked = !pick.checked; countPicked(pick); }
    }
  });
  function moveRow(step) {
    const rows = Array.from(document.querySelectorAll("table[data-keys] tbody tr[data-row]"));
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("is-current"));
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
    if (at >= 0) rows[at].classList.remove("is-current");
    rows[next].classList.add("is-current");
    rows[next].scrollIntoView({ block: "nearest" });
  }

  /* --- bulk action bar --- */
  function countPicked(box) {
    const list = box.closest("[data-list]");
    if (!list) return;
    const picks = Array.from(list.querySelectorAll("[data-pick]"));
    if (box.hasAttribute("data-pick-all")) picks.forEach((pick) => { pick.checked = box.checked; });
    const count = picks.filter((pick) => pick.checked).length;
    const bar = list.querySelector("[data-bulk]");
    if (bar) { bar.classList.toggle("is-on", count > 0); bar.querySelector("[data-bulk-count]").textContent = String(count); }
  }

  /* --- dialogs and print --- */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.openDialog);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
      return;
    }
    const closer = event.target.closest("[data-close-dialog]");
    if (closer) { closer.closest("dialog").close(); return; }
    if (event.target.closest("[data-back]") && window.history.length > 1) { event.preventDefault(); window.history.back(); return; }
    if (event.target.closest("[data-print]")) { event.preventDefault(); window.print(); }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const first = document.querySelector("[data-error-summary]") || document.querySelector(".is-invalid") || document.querySelector("[autofocus]");
    if (first) first.focus();
    if (document.body.hasAttribute("data-print-now") || document.querySelector("[data-print-now]")) window.print();
  });

  /* Conditions that are not set do not stand in the address. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    for (const name of new Set(event.detail.formData.keys())) {
      if (event.detail.formData.getAll(name).every((value) => value === "")) event.detail.formData.delete(name);
    }
  });

  /* --- a request that got no answer, or a refusal, must say so --- */
  function tell(text) {
    const host = document.getElementById("messages");
    if (!host || !text) return;
    const box = document.createElement("div");
    box.className = "alert alert-danger office-message";
    box.setAttribute("role", "alert");
    box.textContent = text;
    host.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:sendError", () => tell(words.failed));
  document.addEventListener("htmx:responseError", (event) => {
    /* A refusal is a page or a piece with its words in .office-refusal-text; only the words are taken over. */
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText || "", "text/html");
    const text = answer.querySelector(".office-refusal-text");
    tell(text ? text.textContent.trim() : words.failed);
  });
})();

"""A clerk's screen: opens pages, looks at each of them for what must never be seen, and keeps pictures."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

from launcher import places
from office.demonstration import PASSWORD

# Words that stand in Latin letters on a Chinese page on purpose.
LATIN = {
    "DRG", "PDF", "Excel", "API", "CSV", "ID", "EN", "XLSX", "JSON", "ICD", "TOTP", "IP", "CT", "X", "XLS", "YAML", "SHA", "SM",
    "ZY", "JS", "OTP", "Z", "GB", "HIS",
}  # fmt: skip
WORD = re.compile(r"[A-Za-z][a-z]+(?:['’-][a-z]+)?|\b[A-Z]{2,}\b")
PICTURES = places.VAR / "screens"

# What the browser itself can see of a page: text that sticks out, badges that are cut, words in Latin letters.
LOOK = """
() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`wider than the screen: ${root.scrollWidth} > ${root.clientWidth}`);
  for (const badge of document.querySelectorAll(".badge, .btn, .office-bell-count, .status")) {
    if (!badge.offsetParent) continue;
    const box = badge.getBoundingClientRect();
    const words = badge.textContent.trim();
    const hides = getComputedStyle(badge).overflow !== "visible";
    if (badge.scrollWidth > badge.clientWidth + 1 && hides) faults.push(`cut: ${words}`);
    const isOff = box.width && (box.left < 0 || box.right > root.clientWidth + 1);
    if (isOff && !badge.closest(".table-responsive")) faults.push(`off the screen: ${words}`);
    for (let up = badge.parentElement; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === "visible" || up.closest(".table-responsive") === up) continue;
      const outer = up.getBoundingClientRect();
      if (box.right > outer.right + 1 || box.left < outer.left - 1) { faults.push(`clipped by its box: ${words}`); break; }
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
    }
  }
  for (const wide of document.querySelectorAll(".table-responsive")) {
    if (wide.offsetParent && wide.scrollWidth > wide.clientWidth + 1) faults.push(`table wider than its card: ${wide.scrollWidth} > ${wide.clientWidth}`);
  }
  for (const head of document.querySelectorAll("th")) {
    const one = parseFloat(getComputedStyle(head).lineHeight) || 20;
    if (head.offsetParent && head.textContent.trim().length <= 4 && head.clientHeight > 2.6 * one) faults.push(`heading broken up: ${head.textContent.trim()}`);
  }
  return faults;
}
"""
TEXT = """
() => {
  const out = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const host = walk.currentNode.parentElement;
    if (!host || host.closest("script, style, code, pre, [lang=en], [data-latin], .office-mono, datalist, textarea")) continue;
    if (!host.checkVisibility || host.checkVisibility()) out.push(walk.currentNode.textContent);
  }
  for (const field of document.querySelectorAll("[placeholder], [title], [aria-label]")) {
    for (const name of ["placeholder", "title", "aria-label"]) if (field.getAttribute(name)) out.push(field.getAttribute(name));
  }
  out.push(document.title);
  return out;
}
"""


class Screen:
    """One clerk's browser window. `faults` gathers what the pages showed."""

    def __init__(self, page: Page, server: str, name: str) -> None:
        self.page, self.server, self.name = page, server, name
        self.faults: list[str] = []
        self.language = "zh"
        self.pictures = 0
        self.expected_errors = 0
        page.on("console", lambda message: self.heard(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self.asked)

    def heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(f"console {kind} on {self.page.url}: {text}")

    def asked(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:", "about:")):
            return
        if urlsplit(request.url).netloc != urlsplit(self.server).netloc:
            self.faults.append(f"request to another host: {request.url}")

    # --- acts ---------------------------------------------------------------------------------------------------------

    def log_in(self, username: str) -> None:
        self.page.goto("/login/")
        self.page.locator("[name=username]").fill(username)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.server}/")

    def open(self, path: str, name: str = "") -> Page:
        """Go to an address and look at what comes."""
        answer = self.page.goto(path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        self.look(name or path.strip("/").replace("/", "-"))
        return self.page

    def look(self, name: str = "page") -> None:
        """Look at the page as it is now, and keep a picture of it."""
        self.page.wait_for_load_state("load")
        where = urlsplit(self.page.url).path
        self.faults += [f"{where}: {fault}" for fault in self.page.evaluate(LOOK)]
        if self.language == "zh":
            self.faults += [f"{where}: not Chinese: {word}" for word in sorted(self.latin_words())]
        if os.environ.get("SCREENS"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.pictures += 1
            stem = f"{self.name}-{self.pictures:02d}-{re.sub(r'[^0-9A-Za-z_-]+', '-', name)}"
            self.page.screenshot(path=PICTURES / f"{stem}.png", full_page=True)

    def latin_words(self) -> set[str]:
        """Words in Latin letters that nobody expects on a Chinese page."""
        found: set[str] = set()
        for text in self.page.evaluate(TEXT):
            # Numbers of records, codes of hospitals and diagnoses, file names and user names are no words.
            # A key of the national standards stands in brackets where a programmer is asked for help.
            text = re.sub(r"（[a-z_0-9.]+）|\S*\d\S*|[a-z]+_[a-z_]+|\S+\.(?:xlsx|csv|yaml|pdf)\b", " ", text)
            found |= {word for word in WORD.findall(text) if word not in LATIN and word.upper() not in LATIN}
        return found

    def close(self) -> list[str]:
        """Close the window; gives what was seen."""
        self.page.context.close()
        return self.faults

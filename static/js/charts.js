/* Draws every <div data-chart="id"> from the JSON option in <script type="application/json" id="id">.
   ECharts itself is loaded only where a page has a chart. */
(function () {
  "use strict";
  const settings = document.currentScript.dataset;
  let loading = null;

  function load() {
    if (window.echarts) return Promise.resolve();
    loading = loading || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = settings.echarts;
      script.onload = done;
      script.onerror = failed;
      document.head.appendChild(script);
    });
    return loading;
  }
  function draw(box) {
    const source = document.getElementById(box.dataset.chart);
    if (!source || box.dataset.drawn) return;
    box.dataset.drawn = "1";
    const option = JSON.parse(source.textContent);
    const chart = window.echarts.init(box, null, { renderer: "canvas" });
    /* The tooltip is drawn on the canvas: the content policy forbids inline styles in markup. */
    option.tooltip = Object.assign({ renderMode: "richText", confine: true }, option.tooltip);
    option.textStyle = Object.assign({ fontFamily: getComputedStyle(document.body).fontFamily }, option.textStyle);
    option.animation = !window.matchMedia("(prefers-reduced-motion: reduce)").matches && option.animation !== false;
    chart.setOption(option);
    /* Every figure is a link to what it counts: a datum may carry its address. */
    chart.on("click", (event) => { const url = event.data && event.data.url; if (url && url.startsWith("/")) window.location.assign(url); });
    new ResizeObserver(() => chart.resize()).observe(box);
    window.addEventListener("beforeprint", () => chart.resize());
  }
  function drawAll(root) {
    const boxes = root.querySelectorAll("[data-chart]:not([data-drawn])");
    if (boxes.length) load().then(() => boxes.forEach(draw)).catch(() => {});
  }
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
})();

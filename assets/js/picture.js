/* A card as a picture: its own HTML and the page's own styles inside an SVG, with what was asked printed on it. */
(function () {
  "use strict";

  const MARGIN = 20;
  const HEAD = 58;
  const SCALE = 2; // dots a pixel of a PNG

  /** The rules that hold now: inside a picture a media query would ask the picture's own width. */
  function rulesOf(rules) {
    let text = "";
    for (const rule of rules) {
      if (rule.type === CSSRule.MEDIA_RULE) {
        if (window.matchMedia(rule.media.mediaText).matches) text += rulesOf(rule.cssRules);
      } else {
        text += rule.cssText;
      }
    }
    return text;
  }

  function styles() {
    return Array.from(document.styleSheets, (sheet) => rulesOf(sheet.cssRules)).join("\n");
  }

  /** Charts are drawings of their own: each goes in as the SVG that Plotly makes of it. */
  async function drawCharts(card, copy) {
    const charts = Array.from(card.querySelectorAll(".js-plotly-plot"));
    const places = copy.querySelectorAll(".js-plotly-plot");
    await Promise.all(charts.map(async (chart, number) => {
      const size = { width: chart.clientWidth, height: chart.clientHeight };
      const picture = document.createElement("img");
      picture.src = await window.Plotly.toImage(chart, { format: "svg", ...size });
      picture.width = size.width;
      picture.height = size.height;
      places[number].replaceChildren(picture);
    }));
  }

  /** What a picture must say about itself: page, period and filters, whose data and from when. */
  function heading() {
    const said = (selector) => (document.querySelector(selector) || { textContent: "" }).textContent;
    const head = document.createElement("div");
    head.className = "picture__head";
    const first = document.createElement("b");
    first.textContent = [said("#shell-switcher .switcher__name"), said(".page__title")].filter(Boolean).join(" · ");
    const second = document.createElement("span");
    second.textContent = [said(".page__subtitle"), said("#shell-freshness"), "Journey BI"].filter(Boolean).join(" · ");
    head.append(first, second);
    return head;
  }

  async function svgOf(card) {
    const copy = card.cloneNode(true);
    copy.querySelectorAll(".card-tools, .definition__place, .buttons, .visually-hidden").forEach((one) => one.remove());
    await drawCharts(card, copy);
    const wider = Math.max(0, ...Array.from(card.querySelectorAll("[role=region]"), (one) => one.scrollWidth - one.clientWidth));
    const width = Math.ceil(card.getBoundingClientRect().width + wider);
    const height = Math.ceil(card.getBoundingClientRect().height);
    const frame = document.createElement("div");
    frame.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
    frame.className = "picture";
    const style = document.createElement("style");
    style.textContent = styles();
    const holder = document.createElement("div");
    holder.className = card.closest(".page") ? card.closest(".page").className : "page";
    holder.style.cssText = `display:block;width:${width}px`;
    holder.append(copy);
    frame.append(style, heading(), holder);
    const whole = { width: width + 2 * MARGIN, height: height + HEAD + 2 * MARGIN };
    const page = document.documentElement;
    const inside = new XMLSerializer().serializeToString(frame);
    const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}" lang="${page.lang}" ` +
      `data-bs-theme="${page.dataset.bsTheme}"><foreignObject width="100%" height="100%">${inside}</foreignObject></svg>`;
    return { text, ...whole };
  }

  function pngOf(svg) {
    return new Promise((done, fail) => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        canvas.width = svg.width * SCALE;
        canvas.height = svg.height * SCALE;
        const context = canvas.getContext("2d");
        context.scale(SCALE, SCALE);
        context.drawImage(image, 0, 0);
        canvas.toBlob(done, "image/png");
      };
      image.onerror = fail;
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg.text);
    });
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-picture]");
    if (!button) return;
    const card = button.closest(".card, .lcpq-row");
    const kind = button.dataset.picture;
    const svg = await svgOf(card);
    const blob = kind === "svg" ? new Blob([svg.text], { type: "image/svg+xml" }) : await pngOf(svg);
    save(blob, `${button.dataset.card}.${kind}`);
  });
})();

/**
 * What is wrong with the page it runs in, for people who see little, use no mouse, or have a small screen: one sentence
 * each. Contrast by WCAG 2.2, 1.4.3: https://www.w3.org/TR/WCAG22/#contrast-minimum
 * @param {number} width of the window; pages that are wider make phones zoom out, and then say that they fit
 * @returns {string[]}
 */
// deno-lint-ignore no-unused-vars -- the tests run it in pages
function findFaults(width) {
  const faults = [];
  if (!document.documentElement.lang) faults.push("the page does not say its language");
  if (document.title.trim() === "") faults.push("the page has no title");
  if (document.querySelectorAll("h1").length !== 1) faults.push("the page has not exactly one h1");
  if (document.querySelectorAll("main, [role=main]").length !== 1) {
    faults.push("the page has not exactly one main");
  }
  if (document.documentElement.scrollWidth > width) {
    faults.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}`);
  }
  for (const image of document.images) {
    if (!image.hasAttribute("alt")) faults.push(`a picture has no alt: ${image.src}`);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const { labels } = /** @type {HTMLInputElement} */ (field);
    if (!labels?.length && !field.ariaLabel) faults.push(`a field has no label: ${field.outerHTML}`);
    if (parseFloat(getComputedStyle(field).fontSize) < 16) {
      faults.push(`phones zoom into a field whose text is below 16 px: ${field.outerHTML}`);
    }
  }
  for (const target of document.querySelectorAll("button, a[href], input:not([type=hidden])")) {
    const { width, height } = target.getBoundingClientRect();
    const isInText = getComputedStyle(target).display === "inline";
    if (!isInText && Math.min(width, height) < 24) faults.push(`too small to hit: ${target.outerHTML}`);
    if (target.matches("button, a") && target.textContent?.trim() === "") {
      faults.push(`says nothing: ${target.outerHTML}`);
    }
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, textContent } = texts.currentNode;
    if (!parentElement?.checkVisibility() || !textContent?.trim()) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(parentElement);
    const isLarge = parseFloat(fontSize) >= 24 || parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700;
    const found = contrast(parse(color), parse(backgroundOf(parentElement)));
    if (found < (isLarge ? 3 : 4.5)) faults.push(`contrast ${found.toFixed(2)}: ${textContent.trim()}`);
  }
  return faults;

  /** @param {Element} element */
  function backgroundOf(element) {
    for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!/^rgba\(.*, 0\)$/.test(backgroundColor)) return backgroundColor;
    }
    const { colorScheme } = getComputedStyle(document.documentElement);
    const isDark = colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
    return isDark ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
  }

  /** @param {string} color as computed styles write it */
  function parse(color) {
    const channels = color.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [];
    return channels.map((channel) => channel / 255);
  }

  /**
   * @param {number[]} one
   * @param {number[]} other
   */
  function contrast(one, other) {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  /** @param {number[]} color */
  function luminance(color) {
    const [red = 0, green = 0, blue = 0] = color.map((channel) =>
      channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
}

/* global document, getComputedStyle */
/** What tests ask of a page: run in the browser, given to it as text. */
globalThis.inPage = (() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const box = (element) => element.getBoundingClientRect();

  /** Every drawing in sight that is more than decoration: how many shapes somebody can see, and text that is cut off. */
  function charts() {
    return all('svg[role=img]')
      .filter((svg) => box(svg).width > 0)
      .map((svg) => {
        const frame = box(svg);
        const isCut = (text) => box(text).left < frame.left - 1 || box(text).right > frame.right + 1;
        return {
          name: svg.querySelector('title').textContent.trim(),
          shapes: all('path, rect, polyline, circle', svg).filter(
            (shape) => box(shape).width + box(shape).height > 2,
          ).length,
          cut: all('text', svg)
            .filter(isCut)
            .map((text) => text.textContent),
        };
      });
  }

  /** How far each of the elements can be scrolled sideways. */
  function sideways(selector) {
    return all(selector).map((element) => element.scrollWidth - element.clientWidth);
  }

  /** What stands in each of the elements, as it is shown. */
  function texts(selector) {
    return all(selector).map((element) => element.innerText.trim());
  }

  /** Which of the elements are shown: not those in a fold that is closed. */
  function shown(selector) {
    return all(selector).map((element) => element.checkVisibility() && box(element).height > 0);
  }

  function attributes(selector, name) {
    return all(selector).map((element) => element.getAttribute(name));
  }

  function unfold() {
    for (const details of all('details')) details.open = true;
  }

  function bodyColours() {
    const { color, backgroundColor } = getComputedStyle(document.body);
    return { color, backgroundColor };
  }

  function focused() {
    return document.activeElement.textContent.trim();
  }

  return { charts, sideways, texts, shown, attributes, unfold, bodyColours, focused };
})();

// The page of a PDF file as it looks, beside its text, with the current quote boxed.
import { filled, made, words } from "./shared.js";

export function toggleLeaf(shown, button) {
  const leaf = shown.querySelector(".leaf");
  leaf.hidden = !leaf.hidden;
  button.setAttribute("aria-pressed", String(!leaf.hidden));
  shown.classList.toggle("with-leaf", !leaf.hidden);
  showLeaf(shown);
}

/** Show the page of the current place, if pages are shown at all. */
export async function showLeaf(shown) {
  const leaf = shown.querySelector(".leaf");
  const { document: id, start, end } = shown.dataset;
  if (!leaf || leaf.hidden || leaf.dataset.place === `${start}-${end}`) return;
  leaf.dataset.place = `${start}-${end}`;
  if (start === undefined) {
    await draw(leaf, id, leaf.dataset.page);
    return;
  }
  const answer = await fetch(`/document/${id}/places?${new URLSearchParams({ start, end })}`);
  if (!answer.ok) {
    leaf.replaceChildren(made("p", "soft", words.page_failed));
    return;
  }
  const { page, scale, boxes } = await answer.json();
  const drawn = await draw(leaf, id, page ?? 1);
  if (drawn)
    for (const box of joined(boxes.filter(([number]) => number === page)))
      leaf.querySelector("figure").append(boxed(drawn, box, scale));
  leaf.querySelector(".box-on-page")?.scrollIntoView({ block: "center" });
}

async function draw(leaf, id, page) {
  const picture = new Image();
  picture.alt = filled(words.page_number, page);
  picture.src = `/document/${id}/page/${page}.png`;
  try {
    await picture.decode();
  } catch {
    leaf.replaceChildren(made("p", "soft", words.page_failed));
    return null;
  }
  const figure = made("figure", "");
  figure.append(picture);
  leaf.replaceChildren(figure);
  return picture;
}

// Lines of one column become one box; a quote that runs on in another column has a box there too.
function joined(lines) {
  const boxes = [];
  for (const [page, left, bottom, right, top] of lines) {
    const above = boxes.at(-1);
    if (above && left < above[3] && above[1] < right && above[2] - top < 2 * (top - bottom)) {
      above[1] = Math.min(above[1], left);
      above[2] = Math.min(above[2], bottom);
      above[3] = Math.max(above[3], right);
      above[4] = Math.max(above[4], top);
    } else boxes.push([page, left, bottom, right, top]);
  }
  return boxes;
}

// Boxes are in points from the lower left corner of the page; the picture may be shown at any size.
function boxed(picture, [, left, bottom, right, top], scale) {
  const share = (points, pixels) => `${(100 * points * scale) / pixels}%`;
  const high = picture.naturalHeight / scale;
  const box = made("div", "box-on-page");
  box.style.left = share(left, picture.naturalWidth);
  box.style.width = share(right - left, picture.naturalWidth);
  box.style.top = share(high - top, picture.naturalHeight);
  box.style.height = share(top - bottom, picture.naturalHeight);
  return box;
}

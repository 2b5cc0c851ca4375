import { setText } from "./core/page";

// The part of a chart or map under the pointer says its value below the picture; the table holds all of them.

function follow(picture: SVGSVGElement): void {
  const words = document.getElementById(picture.dataset.tips ?? "");
  let here: Element | null = null;
  const show = (event: PointerEvent): void => {
    const part = event.target instanceof Element ? event.target.closest<SVGElement>("[data-tip]") : null;
    if (part === here) return;
    here?.classList.remove("is-here");
    here = part;
    part?.classList.add("is-here");
    setText(words, part?.dataset.tip ?? "");
  };
  picture.addEventListener("pointermove", show);
  picture.addEventListener("pointerdown", show);
  picture.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") {
      here?.classList.remove("is-here");
      here = null;
      setText(words, "");
    }
  });
}

for (const picture of document.querySelectorAll<SVGSVGElement>("svg[data-tips]")) follow(picture);

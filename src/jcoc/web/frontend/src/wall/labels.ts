import { around, type Room } from "./room";

export const FONT = '"Plus Jakarta Sans", system-ui, sans-serif';

export interface PlaceName {
  x: number; // Web Mercator, 0..1 around the world
  y: number;
  name: string;
  level: "kecamatan" | "kelurahan";
}

export interface Label {
  x: number; // CSS pixels
  y: number;
  text: string;
  size: number;
  weight: number;
  colour: string;
  spacing: number; // em
  widest: number; // em; what is longer goes on in the next line
  gap: number; // how far from its point it keeps when it is put beside it
  // Half widths and half heights from its point, the first the most wished for.
  places: readonly (readonly [number, number])[];
}

const LINE = 1.15;
export const ON_PLACE = [[0, 0], [0, -1], [0, 1], [-0.7, 0], [0.7, 0], [-0.7, -1], [0.7, -1], [-0.7, 1], [0.7, 1], [0, -2], [0, 2]] as const;
export const BESIDE = [[1, 0], [-1, 0], [0, 1], [0, -1]] as const;

// Names on the map, each put where it hides the fewest sensors; where there is no room it is left out.
export class Labels {
  private readonly lines = new Map<string, { texts: string[]; width: number }>();

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly halo: string,
    redraw: () => void,
  ) {
    void document.fonts.ready.then(() => {
      this.lines.clear();
      redraw();
    });
  }

  paint(labels: Label[], room: Room): void {
    const { context } = this;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.halo;
    for (const label of labels) {
      const { texts, width } = this.broken(label);
      const height = texts.length * label.size * LINE;
      const boxes = label.places.map(([across, down]) =>
        around(label.x + across * (width / 2 + label.gap), label.y + down * (height / 2 + label.gap), width, height));
      const box = room.best(boxes);
      if (!box) continue;
      room.take(box);
      this.use(label, label.size);
      context.fillStyle = label.colour;
      texts.forEach((text, i) => {
        const x = (box.left + box.right) / 2;
        const y = box.top + (i + 0.5) * label.size * LINE;
        context.strokeText(text, x, y);
        context.fillText(text, x, y);
      });
    }
    context.textAlign = "left";
    context.letterSpacing = "0px";
  }

  private use(label: Label, size: number): void {
    this.context.font = `${label.weight} ${size}px ${FONT}`;
    this.context.letterSpacing = `${label.spacing * size}px`;
  }

  // The words of a label in lines, measured once at a size of 20 px.
  private broken(label: Label): { texts: string[]; width: number } {
    const key = `${label.weight} ${label.spacing} ${label.text}`;
    let made = this.lines.get(key);
    if (!made) {
      this.use(label, 20);
      const measure = (text: string): number => this.context.measureText(text).width / 20;
      const texts: string[] = [];
      for (const word of label.text.split(" ")) {
        const longer = texts.length ? `${texts.at(-1)} ${word}` : word;
        if (texts.length && measure(longer) <= label.widest) texts[texts.length - 1] = longer;
        else texts.push(word);
      }
      made = { texts, width: Math.max(...texts.map(measure)) };
      this.lines.set(key, made);
    }
    return { texts: made.texts, width: made.width * label.size };
  }
}

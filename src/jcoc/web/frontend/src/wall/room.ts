// Where there is room on the map: what is written must hide neither sensors nor other writing.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function around(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

const CELL = 6;
const MARGIN = 4;

export class Room {
  private readonly columns: number;
  private readonly rows: number;
  private readonly dots: Uint16Array;
  private readonly taken: Box[] = [];

  constructor(private readonly width: number, private readonly height: number) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    this.dots = new Uint16Array(this.columns * this.rows);
  }

  // Something that should rather be seen, and how much so.
  dot(x: number, y: number, weight = 1): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height) this.dots[Math.floor(y / CELL) * this.columns + Math.floor(x / CELL)]! += weight;
  }

  // What must not be covered.
  take(box: Box): void {
    this.taken.push(box);
  }

  // Of the boxes that are free and on the canvas the one with the least under it, the first of equals.
  best(boxes: Box[], mine?: Box): Box | null {
    let best: Box | null = null;
    let least = Infinity;
    for (const box of boxes) {
      if (!this.free(box, mine)) continue;
      const under = this.under(box);
      if (under >= least) continue;
      best = box;
      least = under;
    }
    return best;
  }

  private free(box: Box, mine?: Box): boolean {
    if (box.left < MARGIN || box.top < MARGIN || box.right > this.width - MARGIN || box.bottom > this.height - MARGIN) return false;
    return !this.taken.some(
      (other) => other !== mine && box.left < other.right + MARGIN && box.right > other.left - MARGIN && box.top < other.bottom + MARGIN && box.bottom > other.top - MARGIN,
    );
  }

  private under(box: Box): number {
    const [left, right] = [Math.max(0, Math.floor(box.left / CELL)), Math.min(this.columns - 1, Math.floor(box.right / CELL))];
    const [top, bottom] = [Math.max(0, Math.floor(box.top / CELL)), Math.min(this.rows - 1, Math.floor(box.bottom / CELL))];
    let sum = 0;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) sum += this.dots[row * this.columns + column]!;
    }
    return sum;
  }
}

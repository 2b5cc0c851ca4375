import { BESIDE, type Label } from "./labels";
import type { View } from "./overlay";
import { around, type Room } from "./room";

export interface SitePoint {
  x: number;
  y: number;
  name: string;
  kind: string;
  approximate: boolean;
}

// The sites' signs; gives their names.
export function paintSites(
  dots: CanvasRenderingContext2D, sites: SitePoint[], icons: Record<string, string>, view: View, colour: Record<string, string>, room: Room,
): Label[] {
  const names: Label[] = [];
  const close = view.zoom >= 12.6;
  for (const site of sites) {
    const large = site.kind === "operation_centre" || site.kind === "landfill";
    const size = large ? 24 : close ? 20 : 14;
    const x = (site.x - view.x) * view.scale;
    const y = (site.y - view.y) * view.scale;
    if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) continue;
    dots.save();
    dots.translate(x - size / 2, y - size / 2);
    dots.beginPath();
    dots.roundRect(0, 0, size, size, size / 4);
    dots.fillStyle = colour.panel!;
    dots.globalAlpha = large ? 1 : 0.82;
    dots.fill();
    dots.setLineDash(site.approximate ? [3, 2] : []);
    dots.lineWidth = 1;
    dots.strokeStyle = colour["line-strong"]!;
    dots.stroke();
    dots.setLineDash([]);
    const icon = icons[site.kind];
    if (icon) {
      const drawn = size * 0.68;
      dots.translate((size - drawn) / 2, (size - drawn) / 2);
      dots.scale(drawn / 24, drawn / 24);
      dots.lineWidth = large ? 1.9 : 2.3;
      dots.lineCap = dots.lineJoin = "round";
      dots.strokeStyle = large ? colour.ink! : colour["ink-2"]!;
      dots.stroke(new Path2D(icon));
    }
    dots.restore();
    if (large) room.take(around(x, y, size, size));
    else room.dot(x, y, 2);
    if (large || view.zoom >= 14) {
      names.push({ x, y, text: site.name, size: 12, weight: 600, colour: colour["ink-2"]!, spacing: 0, widest: 30, gap: size / 2 + 5, places: BESIDE });
    }
  }
  return names;
}

import { Map as GlMap, setWorkerCount, setWorkerUrl, type FilterSpecification, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import type { PlaceName } from "./labels";
import { mercatorX, mercatorY } from "./model";
import type { View } from "./overlay";
import type { SitePoint } from "./sites";

type Collection = GeoJSON.FeatureCollection<GeoJSON.Geometry, Record<string, unknown>>;

export interface MapOptions {
  container: HTMLElement;
  worker: string;
  centre: [number, number];
  bounds: [number, number, number, number] | null;
  urls: { kelurahan: string; kecamatan: string; rivers: string; sites: string };
  title: string;
  gestures: { touch: string; mac: string; windows: string } | null;
  onMove(view: View): void;
  onNames(names: PlaceName[]): void;
  onSites(sites: SitePoint[]): void;
  onPlaces(count: number, approximate: boolean, rivers: boolean): void;
}

const TILE = 512;
const RETRY_MS = 15_000;
const SHADES = ["#15223c", "#18294a", "#1b3054", "#162744"];
const FONT = ["Plus Jakarta Sans", "sans-serif"];
const EMPTY: Collection = { type: "FeatureCollection", features: [] };
const APPROXIMATE: FilterSpecification = ["==", ["get", "approximate"], true];
const SURVEYED: FilterSpecification = ["!=", ["get", "approximate"], true];

// No tile server and no glyph server: places come from this server, letters from the page's own font.
const STYLE: StyleSpecification = {
  version: 8,
  sources: {
    kelurahan: { type: "geojson", data: EMPTY },
    kecamatan: { type: "geojson", data: EMPTY },
    rivers: { type: "geojson", data: EMPTY },
  },
  layers: [
    { id: "ground", type: "fill", source: "kelurahan", paint: { "fill-color": ["get", "shade"], "fill-antialias": false } },
    { id: "edge", type: "line", source: "kelurahan", filter: SURVEYED, paint: { "line-color": "#2f4a78", "line-width": 0.8, "line-opacity": 0.9 } },
    { id: "edge-approximate", type: "line", source: "kelurahan", filter: APPROXIMATE, paint: { "line-color": "#42629a", "line-width": 0.9, "line-dasharray": [3, 3] } },
    { id: "kecamatan", type: "line", source: "kecamatan", paint: { "line-color": "#4568a3", "line-width": ["interpolate", ["linear"], ["zoom"], 11, 1.1, 14, 2.2] } },
    { id: "river-glow", type: "line", source: "rivers", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": "#1f8fe6", "line-width": ["interpolate", ["linear"], ["zoom"], 11, 18, 15, 38], "line-blur": ["interpolate", ["linear"], ["zoom"], 11, 14, 15, 28], "line-opacity": 0.8 } },
    { id: "river", type: "line", source: "rivers", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": "#6fcbff", "line-width": ["interpolate", ["linear"], ["zoom"], 11, 2.6, 15, 7] } },
    {
      id: "river-name", type: "symbol", source: "rivers", minzoom: 10.5,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "symbol-placement": "line", "text-letter-spacing": 0.06, "text-offset": [0, 1.1], "text-max-angle": 18 },
      paint: { "text-color": "#9fdcff", "text-halo-color": "#0d1830", "text-halo-width": 1.6 },
    },
  ],
};

export class CityMap {
  private readonly map: GlMap;
  private readonly home: [number, number, number, number] | null;

  constructor(private readonly options: MapOptions) {
    setWorkerUrl(options.worker);
    setWorkerCount(1);
    this.home = options.bounds;
    this.map = new GlMap({
      container: options.container,
      style: STYLE,
      center: options.centre,
      zoom: 11.4,
      minZoom: 9,
      maxZoom: 18,
      ...(options.bounds ? { bounds: options.bounds, fitBoundsOptions: { padding: this.padding() } } : {}),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      refreshExpiredTiles: false,
      cooperativeGestures: options.gestures !== null,
      locale: {
        "Map.Title": options.title,
        ...(options.gestures && {
          "CooperativeGesturesHandler.MobileHelpText": options.gestures.touch,
          "CooperativeGesturesHandler.MacHelpText": options.gestures.mac,
          "CooperativeGesturesHandler.WindowsHelpText": options.gestures.windows,
        }),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("move", () => this.report());
    this.map.on("resize", () => this.report());
    const places = fetchPlaces(options.urls);
    this.map.once("load", () => void this.load(places));
    this.report();
  }

  private padding(): { top: number; bottom: number; left: number; right: number } {
    const narrow = this.options.container.clientWidth < 500;
    return narrow ? { top: 16, bottom: 16, left: 12, right: 12 } : { top: 34, bottom: 64, left: 26, right: 26 };
  }

  private report(): void {
    const zoom = this.map.getZoom();
    const scale = TILE * 2 ** zoom;
    const centre = this.map.getCenter();
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    this.options.onMove({
      x: mercatorX(centre.lng) - width / 2 / scale,
      y: mercatorY(centre.lat) - height / 2 / scale,
      scale, width, height, zoom,
    });
  }

  // What cannot be fetched stays as it was.
  reload(): void {
    void this.load(fetchPlaces(this.options.urls));
  }

  private async load(places: Promise<Collection[] | null>): Promise<void> {
    const fetched = await places;
    if (!fetched) {
      setTimeout(() => this.reload(), RETRY_MS);
      return;
    }
    const [kelurahan, kecamatan, rivers, sites] = fetched;
    shade(kelurahan!);
    const set = (name: string, data: Collection): void => {
      this.map.getSource<GeoJSONSource>(name)?.setData(data);
    };
    set("kelurahan", kelurahan!);
    set("kecamatan", kecamatan!);
    set("rivers", rivers!);
    this.map.once("idle", () => {
      this.options.container.dataset.mapReady = "";
    });
    this.options.onNames([...names(kecamatan!, "kecamatan"), ...names(kelurahan!, "kelurahan")]);
    this.options.onSites(sites!.features.filter((site) => site.geometry.type === "Point").map(site));
    this.options.onPlaces(
      kelurahan!.features.length,
      kelurahan!.features.some((place) => place.properties.approximate === true),
      rivers!.features.length > 0,
    );
  }

  goTo(lon: number, lat: number): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const zoom = Math.max(this.map.getZoom(), 13.4);
    if (still) this.map.jumpTo({ center: [lon, lat], zoom });
    else this.map.easeTo({ center: [lon, lat], zoom, duration: 500 });
  }

  zoomBy(step: number): void {
    this.map.zoomTo(this.map.getZoom() + step, { duration: 200 });
  }

  goHome(): void {
    if (this.home) this.map.fitBounds(this.home, { padding: this.padding(), duration: 400 });
  }
}

async function fetchPlaces(urls: MapOptions["urls"]): Promise<Collection[] | null> {
  try {
    return await Promise.all([urls.kelurahan, urls.kecamatan, urls.rivers, urls.sites].map(fetchCollection));
  } catch (error) {
    console.error(error);
    return null;
  }
}

async function fetchCollection(url: string): Promise<Collection> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as Collection;
}

// Neighbours are told apart by shade: by kecamatan, and a little by kelurahan.
function shade(places: Collection): void {
  places.features.forEach((place, i) => {
    const code = String(place.properties.code ?? i);
    const kecamatan = Number(code.split(".")[2] ?? i) || 0;
    place.properties.shade = SHADES[(kecamatan * 3 + (i % 3 === 0 ? 1 : 0)) % SHADES.length];
  });
}

function names(places: Collection, level: PlaceName["level"]): PlaceName[] {
  return places.features.flatMap((place) => {
    const at = labelPoint(place);
    return at ? [{ x: mercatorX(at[0]), y: mercatorY(at[1]), name: String(place.properties.name ?? ""), level }] : [];
  });
}

function labelPoint(place: Collection["features"][number]): [number, number] | null {
  const given = place.properties.label as [number, number] | undefined;
  if (Array.isArray(given)) return given;
  const { geometry } = place;
  if (geometry.type !== "Polygon" && geometry.type !== "MultiPolygon") return null;
  const rings = geometry.type === "Polygon" ? [geometry.coordinates[0]!] : geometry.coordinates.map((part) => part[0]!);
  const ring = rings.reduce((one, other) => (other.length > one.length ? other : one));
  const longitudes = ring.map((point) => point[0]!);
  const latitudes = ring.map((point) => point[1]!);
  return [(Math.min(...longitudes) + Math.max(...longitudes)) / 2, (Math.min(...latitudes) + Math.max(...latitudes)) / 2];
}

function site(feature: Collection["features"][number]): SitePoint {
  const [lon, lat] = (feature.geometry as GeoJSON.Point).coordinates as [number, number];
  const { name, kind, approximate } = feature.properties;
  return { x: mercatorX(lon), y: mercatorY(lat), name: String(name ?? ""), kind: String(kind ?? ""), approximate: approximate === true };
}

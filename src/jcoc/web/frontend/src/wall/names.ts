import type { Model } from "./model";

// A sensor is often called after what it is on: "Curah hujan, Pos Telanaipura" of the thing "Pos Telanaipura".
// Where the thing stands beside it, its name is said once.
export function titleOf({ info }: Model, sensor: number): string {
  const name = info.name[sensor]!;
  const ending = `, ${info.thing[sensor]}`;
  return name.length > ending.length && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

// Where it is, and what it measures where its name does not say so already.
export function placeOf({ info }: Model, sensor: number): string {
  const property = info.property[sensor]!;
  const named = info.name[sensor]!.toLocaleLowerCase().includes(property.toLocaleLowerCase());
  return [info.thing[sensor], named ? "" : property].filter(Boolean).join(" · ");
}

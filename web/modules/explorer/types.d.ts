// What the explorer's modules speak of. Coordinates are WGS 84 longitude, latitude in degrees.

export type Position = [number, number];
/** West, south, east, north. */
export type Box = [number, number, number, number];
export type Colour = "rate" | "status" | "kind";
export type Units = "new" | "former" | "none";
export type Height = "peek" | "half" | "full";

/** The JSON block #explorer-setup of the page. */
export interface Setup {
  language: "vi" | "en";
  tiles: string;
  bounds: Box;
  attribution: string;
  basemap: { tiles: string; attribution: string } | null;
  codes: Record<string, string>;
  statuses: string[];
  steps: string[];
  texts: Record<string, string>;
}

/** The JSON block #found at the end of a list. */
export interface Found {
  matched: number;
  inView: number;
  total: number;
  fids: number[] | null;
  extent: Box | null;
  counts: Record<string, number>;
  near: { lon: number; lat: number; name: string | null } | null;
}

/** A zone as a card of the list tells it, or a feature of the map. */
export interface Zone {
  fid: number;
  slug: string;
  kind: string;
  place: Position;
  /** Of the place, metres. */
  accuracy: number | null;
  isOutlined: boolean;
  name: string;
}

/** A match of GET /map/suggest. */
export interface Suggestion {
  kind: "zone" | "province" | "district" | "commune" | "place";
  name: string;
  note: string | null;
  slug?: string;
  uid?: string;
  id?: string;
  address: string;
  lon: number | null;
  lat: number | null;
  bbox: Box | null;
}

/** What the map stands out: the zone under the pointer, the chosen one, the point of distances. */
export interface Marks { hovered: Zone | null; chosen: Zone | null; near: Position | null; within: number | null }

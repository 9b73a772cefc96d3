// What the desk's modules speak of. Coordinates are WGS 84 longitude, latitude in degrees unless said otherwise.
import "@geoman-io/leaflet-geoman-free";
import "leaflet";

declare global {
  const proj4: (from: string, to: string, point: [number, number]) => [number, number];
  const geodesic: { Geodesic: { WGS84: Ellipsoid } };
}

export interface Ellipsoid {
  Inverse(lat1: number, lon1: number, lat2: number, lon2: number): { s12?: number };
  Polygon(polyline?: boolean): {
    AddPoint(lat: number, lon: number): void;
    Compute(reverse: boolean, sign: boolean): { number: number; perimeter: number; area?: number };
  };
}

/** Longitude, latitude. */
export type Position = [number, number];
/** Vertices of a closed ring; the first is not repeated at the end. */
export type Ring = Position[];
/** The outer ring, then the holes. */
export type Part = Ring[];
export type Outline = Part[];
/** Where a vertex stands in an outline. */
export interface Path { part: number; ring: number; index: number }
export interface Geometry { type: string; coordinates: any }

export type Purpose = "part" | "hole" | "cut";
export interface Sketch { purpose: Purpose; points: Position[] }
export type Row = Record<string, any>;
export type List = "observations" | "milestones" | "documents";

/** All that undo and redo take back: never changed in place. */
export interface State {
  title: string;
  /** The id of the document that the change rests on; empty where none is named yet. */
  document: string;
  values: Record<string, unknown>;
  outline: Outline | null;
  hasBoundary: boolean;
  observations: Row[];
  milestones: Row[];
  documents: Row[];
  reasons: Record<string, string>;
  sketch: Sketch | null;
}

/** The body of PUT /changes/{id}/draft. */
export interface Draft {
  title: string;
  document: string;
  values: Record<string, unknown>;
  boundary: Geometry | null;
  has_boundary: boolean;
  observations: Row[];
  milestones: Row[];
  documents: Row[];
  reasons: Record<string, string>;
}

export interface Issue {
  code: string;
  severity: "error" | "warning";
  message: string;
  row?: number | null;
  point?: string | null;
  field?: string | null;
  place?: { lon: number; lat: number } | null;
  reason?: string | null;
}

/** What GET /changes/{id} answers. */
export interface Change extends Draft {
  id: number;
  zone: string | null;
  action: string;
  state: string;
  edit: number;
  updated_at: string;
  base: { version: number | null; values: Record<string, unknown>; boundary: Geometry | null } | null;
  issues: Issue[];
  may: string[];
}

export interface Crs { code: string; name: string; proj4: string }

/** The JSON block #options of the page; see edit.html. */
export interface Options {
  change: number;
  language: "vi" | "en";
  attribution: string;
  crs: Crs[];
  crs_chosen: string | null;
  indicators: { code: string; unit: string; minimum: number | null; maximum: number | null }[];
  view: { lon: number; lat: number; radius_m: number } | null;
}

export interface Neighbour { id: string; name: string; kind: "zone" | "unit"; outline: Outline }

/** An outline that a table or a file proposes, as the panels show it. */
export interface Proposal { crs: string; outline: Outline | null; centre: Position | null; why: string[] }

export interface CornerRow { row: number | null; label: string; x: number | null; y: number | null; side: number | null; stated: number | null }

export interface CornersAnswer {
  outline: Outline | null;
  chosen: Proposal | null;
  runnersUp: Proposal[];
  needsConfirmation: boolean;
  rings: CornerRow[][];
  receipt: { area_ha?: number; plane_area_ha?: number; accuracy_m?: number; operation?: string } | null;
  stated: { area_ha?: number | null; perimeter_m?: number | null } | null;
  issues: Issue[];
}

export interface FileFeature { number: number; name: string; areaHa: number | null; outline: Outline | null; issues: Issue[] }

export interface FileLayer { name: string; crs: string | null; needsCrs: boolean; candidates: Proposal[]; features: FileFeature[]; issues: Issue[] }

export interface FileAnswer { layers: FileLayer[]; outline: Outline | null; issues: Issue[] }

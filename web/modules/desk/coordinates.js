// Coordinates as people write them: VN-2000 (X is the northing and comes first) or degrees (latitude first).
/** @import {Position, Crs} from "./types.d.ts" */
import { rounded } from "./geometry.js";
import { distance } from "./measure.js";

const WGS84 = "+proj=longlat +datum=WGS84 +no_defs";
/** The system of a person who reads degrees; its first number is the latitude. @type {Crs} */
export const DEGREES = { code: "OGC:CRS84", name: "WGS 84", proj4: "" };

/** First and second number of a position: X (north), Y (east) in metres, or latitude, longitude in degrees.
 * @param {Position} position @param {Crs} crs @returns {[number, number]} */
export function pairOf(position, crs) {
  if (!crs.proj4) return [position[1], position[0]];
  const [east, north] = proj4(WGS84, crs.proj4, [position[0], position[1]]);
  return [north, east];
}

/** @param {[number, number]} pair as `pairOf` gives it @param {Crs} crs @returns {Position} rounded to 1e-9 degree */
export function positionOf([first, second], crs) {
  if (!crs.proj4) return rounded([second, first]);
  return rounded(/** @type {Position} */ (proj4(crs.proj4, WGS84, [second, first])));
}

/** Length of a side as a corner table has it: in the plane of a VN-2000 zone, else on the ellipsoid.
 * @param {Position} a @param {Position} b @param {Crs} crs @returns {number} metres */
export function sideOf(a, b, crs) {
  if (!crs.proj4) return distance(a, b);
  const [[north, east], [north2, east2]] = [pairOf(a, crs), pairOf(b, crs)];
  return Math.hypot(north2 - north, east2 - east);
}

/** A number as written here or there: 1.062.345,678 and 1,062,345.678, spaces; a single separator is the decimal one.
 * In degrees also 9°32'53,5". @param {string} text @returns {number} NaN where it is none */
export function readNumber(text) {
  const plain = text.trim().replaceAll(/[\s\u00a0\u202f]/g, "");
  const dms = /^(-?)(\d+)[°º](?:(\d+)['′’])?(?:(\d+(?:[.,]\d+)?)["″”])?$/.exec(plain);
  if (dms) {
    const value = Number(dms[2]) + Number(dms[3] ?? 0) / 60 + Number((dms[4] ?? "0").replace(",", ".")) / 3600;
    return dms[1] ? -value : value;
  }
  const decimal = decimalSeparator(plain);
  const digits = [...plain].filter((c) => !".,".includes(c) || c === decimal).join("").replace(",", ".");
  return /^[-+]?\d+(\.\d*)?$/.test(digits) ? Number(digits) : NaN;
}

/** @param {string} text @returns {string} the separator of decimals, or none */
function decimalSeparator(text) {
  const [dots, commas] = [text.split(".").length - 1, text.split(",").length - 1];
  if (dots && commas) return text.lastIndexOf(".") > text.lastIndexOf(",") ? "." : ",";
  return dots === 1 ? "." : commas === 1 ? "," : "";
}

/** Whether a position is somewhere in or about Viet Nam: X and Y swapped are not. @param {Position} position */
export const isPlausible = ([lon, lat]) => lon > 101 && lon < 119 && lat > 6 && lat < 24.5;

// What the map draws points and hatches with, and the legend too: one shape for each kind, filled in any colour.
/** @import {Theme} from "./style.js" */

const SIDE = 26; // px of a symbol
const RATIO = 2; // drawn for screens of twice the density
/** Of the kinds, on a grid of 24 about the origin. @type {Record<string, string>} */
export const SHAPES = {
  industrial_park: "M-6.5-6.5H6.5V6.5H-6.5Z",
  industrial_cluster: "M7 0A7 7 0 1 1-7 0A7 7 0 1 1 7 0Z",
  economic_zone: "M0-9.5L9.5 0L0 9.5L-9.5 0Z",
};
const HALO = 2.5;

/** @param {number} side px @param {(context: CanvasRenderingContext2D) => void} draw @returns {ImageData} */
function picture(side, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * RATIO;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.scale(RATIO, RATIO);
  draw(context);
  return context.getImageData(0, 0, side * RATIO, side * RATIO);
}

/** Lines at 45° that meet at the edges. @param {CanvasRenderingContext2D} context @param {number} side @param {Theme} theme
 * @param {number} step */
function hatch(context, side, theme, step) {
  context.strokeStyle = theme.hatch;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -side; at <= 2 * side; at += step) {
    context.moveTo(at, side);
    context.lineTo(at + side, 0);
  }
  context.stroke();
}

/** @param {Theme} theme */
export const hatchImage = (theme) => picture(8, (context) => hatch(context, 8, theme, 4));

/** A symbol. @param {string} kind @param {string} fill a colour, "unknown" or "hollow" @param {Theme} theme */
export const symbolImage = (kind, fill, theme) =>
  picture(SIDE, (context) => {
    const path = new Path2D(SHAPES[kind] ?? SHAPES.industrial_cluster);
    context.translate(SIDE / 2, SIDE / 2);
    context.lineJoin = "round";
    context.strokeStyle = theme.halo;
    context.lineWidth = 2 * HALO;
    context.stroke(path);
    context.fillStyle = fill === "unknown" || fill === "hollow" ? theme.paper : fill;
    context.fill(path);
    if (fill === "unknown") {
      context.save();
      context.clip(path);
      context.translate(-SIDE / 2, -SIDE / 2);
      hatch(context, SIDE, theme, 3.5);
      context.restore();
    }
    context.strokeStyle = fill === "hollow" ? theme.accent : theme.ink;
    context.lineWidth = fill === "unknown" ? 1 : fill === "hollow" ? 2 : 1.25;
    context.stroke(path);
  });

/** A line about a symbol and clear of it: with the symbol's own it makes the double line of the chosen zone.
 * @param {string} kind @param {string} colour */
export const frameImage = (kind, colour) =>
  picture(SIDE + 10, (context) => {
    const path = new Path2D(SHAPES[kind] ?? SHAPES.industrial_cluster);
    context.translate(SIDE / 2 + 5, SIDE / 2 + 5);
    context.lineJoin = "round";
    context.strokeStyle = colour;
    context.lineWidth = 2 * HALO + 5;
    context.stroke(path);
    context.globalCompositeOperation = "destination-out";
    context.lineWidth = 2 * HALO;
    context.stroke(path);
    context.fill(path);
  });

export const PIXEL_RATIO = { pixelRatio: RATIO };

import { seededRandom } from "../../test/tools/stand-in/random.ts";
import type { Picture } from "./png.ts";

type Colour = readonly [red: number, green: number, blue: number];
/** Background, two shades of the motif, and an accent. */
type Palette = readonly [Colour, Colour, Colour, Colour];
/**
 * Returns the colour at a point. x and y are in units of the width: x from 0 to 1, y from 0 to 1.5.
 */
type Motif = (x: number, y: number) => Colour;

const PALETTES: readonly Palette[] = [
  [
    [244, 232, 208],
    [38, 70, 83],
    [42, 157, 143],
    [231, 111, 81],
  ],
  [
    [27, 38, 59],
    [65, 90, 119],
    [119, 141, 169],
    [242, 204, 143],
  ],
  [
    [250, 237, 205],
    [88, 129, 87],
    [58, 90, 64],
    [188, 108, 37],
  ],
  [
    [61, 36, 60],
    [122, 62, 94],
    [201, 112, 100],
    [248, 214, 160],
  ],
  [
    [232, 240, 242],
    [63, 114, 175],
    [17, 45, 78],
    [249, 168, 38],
  ],
  [
    [250, 243, 221],
    [200, 85, 61],
    [88, 49, 38],
    [246, 189, 96],
  ],
  [
    [16, 44, 44],
    [31, 92, 86],
    [126, 174, 138],
    [240, 231, 178],
  ],
  [
    [238, 226, 236],
    [133, 109, 151],
    [73, 59, 96],
    [226, 149, 120],
  ],
];

const MOTIFS: readonly ((random: () => number, palette: Palette) => Motif)[] = [
  hills,
  sunOverWater,
  lighthouse,
  rings,
  tiles,
  stripes,
];

/** Height of a cover in widths. */
const RATIO = 1.5;
/** Sample points within a pixel; their mean is its colour, so that edges are smooth. */
const SAMPLES = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

/** Draws the cover of a book of the demo: a motif without text, the same for the same number. @param width in pixels */
export function coverArt(number: number, width: number): Picture {
  const random = seededRandom(number * 7919);
  const palette = PALETTES[number % PALETTES.length] ?? PALETTES[0];
  const motif = MOTIFS[(number * 5 + Math.floor(number / 8)) % MOTIFS.length];
  if (palette === undefined || motif === undefined) throw new Error("There is no motif.");
  const colourAt = motif(random, palette);
  const height = Math.round(width * RATIO);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sum: [number, number, number] = [0, 0, 0];
      for (const [dx, dy] of SAMPLES) {
        const colour = colourAt((x + dx) / width, (y + dy) / width);
        sum[0] += colour[0];
        sum[1] += colour[1];
        sum[2] += colour[2];
      }
      const at = (y * width + x) * 3;
      pixels[at] = sum[0] / SAMPLES.length;
      pixels[at + 1] = sum[1] / SAMPLES.length;
      pixels[at + 2] = sum[2] / SAMPLES.length;
    }
  }
  return { width, height, pixels };
}

const mixed = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** Layers of hills under a moon. */
function hills(random: () => number, [sky, near, far, moon]: Palette): Motif {
  const layers = [0, 1, 2, 3].map((layer) => ({
    base: 0.72 + layer * 0.2,
    height: 0.06 + random() * 0.08,
    pace: 3 + random() * 5,
    shift: random() * 6,
    colour: mixed(far, near, layer / 3),
  }));
  const [moonX, moonY] = [0.25 + random() * 0.5, 0.3 + random() * 0.15];
  return (x, y) => {
    const hill = layers.findLast(
      ({ base, height, pace, shift }) => y > base + Math.sin(x * pace + shift) * height,
    );
    if (hill) return hill.colour;
    return Math.hypot(x - moonX, y - moonY) < 0.14 ? moon : mixed(sky, far, (y / RATIO) * 0.3);
  };
}

/** A low sun and its reflection. */
function sunOverWater(random: () => number, [sky, water, deep, sun]: Palette): Motif {
  const horizon = 0.85 + random() * 0.15;
  const radius = 0.24 + random() * 0.08;
  return (x, y) => {
    const off = Math.abs(x - 0.5);
    if (y < horizon) {
      const isSun = Math.hypot(x - 0.5, y - horizon) < radius;
      return isSun ? sun : mixed(sky, sun, Math.max(0, y / horizon - 0.5) * 0.5);
    }
    const depth = (y - horizon) / (RATIO - horizon);
    const wave = Math.sin(y * 90 + Math.sin(x * 9) * 1.5);
    const isGlint = wave > 0.2 && off < radius * (1 - depth * 0.8);
    return isGlint ? sun : mixed(water, deep, depth);
  };
}

/** A tower with two beams. */
function lighthouse(random: () => number, [sky, rock, night, light]: Palette): Motif {
  const at = 0.38 + random() * 0.24;
  const lampY = 0.42;
  return (x, y) => {
    const half = 0.055 + (y - lampY) * 0.05;
    if (y > 1.18 + Math.sin(x * 7 + at * 9) * 0.05) return rock;
    if (y > lampY + 0.06 && Math.abs(x - at) < half)
      return Math.floor((y - lampY) * 7) % 2 === 0 ? light : rock;
    if (Math.abs(x - at) < 0.045 && y > lampY - 0.06 && y <= lampY + 0.06) return light;
    if (y > lampY - 0.12 && y <= lampY - 0.06 && Math.abs(x - at) < (y - lampY + 0.12) * 0.9)
      return rock;
    const beam = Math.abs(y - lampY) < Math.abs(x - at) * 0.28;
    const dark = mixed(night, sky, Math.min(1, (y / RATIO) * 0.35));
    return beam ? mixed(dark, light, 0.45) : dark;
  };
}

/** Rings around a point. */
function rings(random: () => number, [ground, one, other, accent]: Palette): Motif {
  const [centreX, centreY] = [0.3 + random() * 0.4, 0.5 + random() * 0.5];
  const width = 0.07 + random() * 0.04;
  return (x, y) => {
    const ring = Math.floor(Math.hypot(x - centreX, y - centreY) / width);
    if (ring === 0) return accent;
    return [ground, one, ground, other][ring % 4] ?? ground;
  };
}

/** Quarter circles in squares, each turned at random. */
function tiles(random: () => number, [ground, one, other, accent]: Palette): Motif {
  const columns = 4;
  const turns = Array.from({ length: columns * 6 }, () => [random(), random()] as const);
  return (x, y) => {
    const [column, row] = [Math.floor(x * columns), Math.floor(y * columns)];
    const [turn = 0, shade = 0] = turns[Math.min(5, row) * columns + Math.min(3, column)] ?? [];
    const [inX, inY] = [x * columns - column, y * columns - row];
    const [cornerX, cornerY] = [turn < 0.5 ? 0 : 1, (turn * 4) % 2 < 1 ? 0 : 1];
    const colour = shade < 0.4 ? one : shade < 0.8 ? other : accent;
    return Math.hypot(inX - cornerX, inY - cornerY) < 1 ? colour : ground;
  };
}

/** Slanted stripes behind a band. */
function stripes(random: () => number, [ground, one, other, accent]: Palette): Motif {
  const slope = 0.5 + random() * 0.8;
  const band = 0.5 + random() * 0.3;
  return (x, y) => {
    if (y > band && y < band + 0.22) return y < band + 0.02 || y > band + 0.2 ? accent : ground;
    const stripe = Math.floor((x * slope + y) * 9);
    return stripe % 3 === 0 ? one : stripe % 3 === 1 ? other : ground;
  };
}

// Which plot a result is drawn as.

import { BedsideError } from '../../errors.js';
import { lovePlot, overlapPlot } from './balance.js';
import { themes } from './canvas.js';
import { boxPlot, histogramPlot } from './distribution.js';
import { forestPlot, outcomePlot, subgroupPlot } from './forest.js';
import { qqPlot, residualsPlot, schoenfeldPlot } from './points.js';
import { cumulativeIncidencePlot, kaplanMeierPlot } from './steps.js';

/**
 * @typedef {import('../index.js').Result} Result
 *
 * @typedef {'km' | 'cif' | 'forest' | 'love' | 'overlap' | 'schoenfeld' | 'residuals' | 'qq' | 'histogram' | 'box'} PlotKind
 *
 * @typedef {object} PlotOptions
 * @property {PlotKind} [kind] default: the analysis' usual plot
 * @property {number} [width] pixels: 720
 * @property {number} [height] pixels: 480; forest and Love plots are as high as their lines need
 * @property {'light' | 'dark'} [theme] 'light'
 * @property {boolean} [events] the numbers of events below those at risk (`km`, `cif`): false
 * @property {string} [term] of `schoenfeld`: 'age' or 'sex:Male'; default: the first
 * @property {string[]} [names] of the models in a forest plot of several
 * @property {[number, number]} [limits] ends of a forest plot's axis; intervals beyond get an arrow
 * @property {number} [bins] of histograms
 *
 * @typedef {Omit<PlotOptions, 'kind' | 'theme'> & { width: number, height: number, theme: import('./canvas.js').Theme }} Drawing
 */

/** @type {Record<PlotKind, (result: any, drawing: Drawing) => string>} */
const kinds = {
  km: kaplanMeierPlot,
  cif: cumulativeIncidencePlot,
  forest: forestPlot,
  love: lovePlot,
  overlap: overlapPlot,
  schoenfeld: schoenfeldPlot,
  residuals: residualsPlot,
  qq: qqPlot,
  histogram: histogramPlot,
  box: boxPlot,
};

/** Forest plots that are not of one model. @type {Record<string, (result: any, drawing: Drawing) => string>} */
const forests = { analyzeOutcome: outcomePlot, subgroup: subgroupPlot };

/** What each analysis can be drawn as, the usual plot first. @type {Record<string, PlotKind[]>} */
const plotsOf = {
  analyzeOutcome: ['forest'],
  kaplanMeier: ['km'],
  cumulativeIncidence: ['cif'],
  logistic: ['forest'],
  linear: ['forest', 'residuals', 'qq'],
  poisson: ['forest'],
  negativeBinomial: ['forest'],
  cox: ['forest', 'schoenfeld'],
  fineGray: ['forest'],
  subgroup: ['forest'],
  propensity: ['overlap'],
  match: ['love'],
  ipw: ['love'],
};

/**
 * The plots that a result has, the usual one first; none for many analyses.
 * @param {Result} result
 * @returns {PlotKind[]}
 */
export const plotKinds = result =>
  (plotsOf[result?.analysis] ?? []).filter(kind => kind !== 'schoenfeld' || result.residuals?.scaledSchoenfeld);

/**
 * A result as a picture: SVG of its own, without script, style or outside reference.
 * @param {Result | Result[] | import('./distribution.js').Values} result several models of one kind for a forest plot;
 *   values and groups, as `table.column` gives them, for `histogram` and `box`
 * @param {PlotOptions} [options]
 * @returns {string}
 * @throws {BedsideError} INVALID_SPEC for a kind that does not exist or that this result cannot be drawn as
 */
export function plot(result, { kind, theme = 'light', width = 720, height = 480, ...options } = {}) {
  const one = Array.isArray(result) ? result[0] : result;
  const columns = one?.values !== undefined && one.analysis === undefined;
  const possible = columns ? /** @type {PlotKind[]} */ (['histogram', 'box']) : plotKinds(one);
  const chosen = kind ?? possible[0];
  if (!possible.includes(chosen)) {
    const choice = possible.length ? `it can be drawn as ${possible.join(', ')}` : 'it has no plot';
    const hint =
      kind === 'schoenfeld' && one?.analysis === 'cox' ? " (run cox with residuals: ['scaledSchoenfeld'])" : '';
    throw new BedsideError(
      'INVALID_SPEC',
      `${kind ? `This result cannot be drawn as '${kind}'${hint}` : 'This is nothing to draw'}: ${choice}.`,
    );
  }
  const draw = forests[one.analysis] ?? kinds[chosen];
  return draw(result, {
    ...options,
    width: Math.max(240, width),
    height: Math.max(200, height),
    theme: themes[theme] ?? themes.light,
  });
}

// Regressions: one line a coefficient, the reference level of each factor among them.

import { coefficientWithInterval, fixed, general, pSentence, pValue, range, ratio } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { modelLines } from '../terms.js';
import { effects, percentOf, ratioOf, referenceRatio } from './effects.js';

/** @typedef {import('../index.js').Result} Result */

/** @param {string} analysis */
export const isRegression = analysis => Object.hasOwn(effects, analysis);

/**
 * @param {Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function regressionTables(result, { title, warnings }) {
  const { spec, terms } = result;
  const effect = effects[result.analysis];
  const labels = new Labels(result);
  const counted = terms.some((/** @type {any} */ term) => Object.hasOwn(term, 'events'));
  const interval = `${effect.name} (${percentOf(spec.confLevel)} CI)`;
  const outcome = labels.withUnit(spec.outcome ?? spec.time);

  // The intercept's ratio compares nothing.
  const shown = effect.fields ? terms.filter((/** @type {any} */ { term }) => term !== '(Intercept)') : terms;
  const figuresOf = (/** @type {any} */ term) => [
    ...(counted ? [text(term.n), text(term.events)] : []),
    effect.fields
      ? ratioOf(term, effect.fields)
      : coefficientWithInterval(term.estimate, term.ciLow, term.ciHigh, term.se),
    pValue(term.p),
  ];
  const referenceOf = (/** @type {any[]} */ rows) => [
    ...(counted ? [rest(result.n, rows, 'n'), rest(result.events, rows, 'events')] : []),
    effect.fields ? referenceRatio : '0 (reference)',
  ];
  return [
    table({
      title: `${title}: ${outcome}`,
      columns: [
        words('Variable'),
        ...(counted ? [figures('n'), figures('Events')] : []),
        figures(interval),
        figures('p'),
      ],
      sections: [
        {
          title: '',
          rows: modelLines(shown, result.factors, labels).map(({ kind, label, indent, terms }) =>
            row(
              label,
              kind === 'heading' ? [] : kind === 'reference' ? referenceOf(terms) : figuresOf(terms[0]),
              indent,
            ),
          ),
        },
      ],
      notes: notes(result, labels),
      warnings,
    }),
  ];
}

/** @param {number | null} count */
const text = count => (count === null ? '' : String(count));

/**
 * What the other levels leave of a total.
 * @param {number} total
 * @param {any[]} rows
 * @param {'n' | 'events'} field
 */
const rest = (total, rows, field) => String(rows.reduce((left, one) => left - one[field], total));

/**
 * @param {Result} result
 * @param {Labels} labels
 */
function notes(result, labels) {
  const { analysis, spec, model } = result;
  const missing = result.nMissing ? `, ${result.nMissing} left out for a missing value` : '';
  const events = result.events === undefined ? '' : `, ${result.events} with the event${eventOf(spec, labels)}`;
  const lines = [`${result.n} patients used${events}${missing}.`];
  if (analysis === 'logistic') {
    lines.push(
      `${methodOf(result.method)}; ${spec.ci === 'profile' ? 'profile-likelihood' : 'Wald'} intervals.`,
      logisticFit(model, spec.confLevel),
    );
  } else if (analysis === 'linear') {
    lines.push(
      `Least squares. R² ${fixed(model.rSquared, 3)}, adjusted ${fixed(model.adjRSquared, 3)}; residual SD ${general(model.sigma)}; F(${model.fDf1}, ${model.fDf2}) = ${fixed(model.fStatistic, 2)}, ${pSentence(model.fP)}.`,
    );
  } else if (analysis === 'fineGray') {
    lines.push(
      `Fine & Gray’s pseudo-likelihood: subdistribution hazards, other causes compete; Wald intervals from their sandwich.`,
      `Log pseudo-likelihood ${fixed(model.logLik, 1)}, without the variables ${fixed(model.nullLogLik, 1)}.`,
    );
  } else if (analysis === 'cox') {
    lines.push(...coxLines(result, labels));
  } else if (model.dispersion !== undefined) {
    const theta = model.theta === null ? '' : `; theta ${general(model.theta)}`;
    lines.push(`Dispersion ${fixed(model.dispersion, 2)}${theta}; AIC ${fixed(model.aic, 1)}.`);
  }
  if (spec.cluster) lines.push(`Standard errors allow for clusters of ${labels.column(spec.cluster)}.`);
  else if ((spec.robust ?? 'none') !== 'none') lines.push(`Robust standard errors (${spec.robust}).`);
  if (spec.weights) lines.push(`Weighted by ${labels.column(spec.weights)}.`);
  if (spec.offset) lines.push(`Offset: ${labels.column(spec.offset)}.`);
  return lines;
}

/**
 * @param {any} spec
 * @param {Labels} labels
 */
function eventOf(spec, labels) {
  const [column, value] = spec.event ? [spec.event, spec.cause ?? spec.eventValue] : [spec.outcome, spec.positive];
  return (value ?? null) === null ? '' : ` (${labels.level(column, String(value))})`;
}

/**
 * How a Cox model was fitted, and how well it fits.
 * @param {Result} result
 * @param {Labels} labels
 */
function coxLines({ spec, model, phTest, terms }, labels) {
  const strata = spec.strata?.map((/** @type {string} */ column) => labels.column(column)).join(', ');
  const by = spec.method === 'firth' ? 'Firth’s penalised partial likelihood' : 'Partial likelihood';
  const ties = spec.ties === 'efron' ? 'Efron’s ties' : 'Breslow’s ties';
  const robust = !spec.cluster && terms[0]?.robustSe !== null ? ['Robust standard errors (Lin & Wei 1989).'] : [];
  return [
    `${by}, ${ties}${strata ? `, stratified by ${strata}` : ''}; Wald intervals.`,
    ...robust,
    `Concordance ${fixed(model.concordance, 3)} (SE ${fixed(model.concordanceSe, 3)}); likelihood ratio χ²(${model.lrDf}) = ${fixed(model.lrStatistic, 2)}, ${pSentence(model.lrP)}; AIC ${fixed(model.aic, 1)}.`,
    `Test of proportional hazards (global): χ²(${phTest.global.df}) = ${fixed(phTest.global.statistic, 2)}, ${pSentence(phTest.global.p)}.`,
  ];
}

/** @param {string} method */
export const methodOf = method => (method === 'firth' ? 'Firth’s penalised likelihood' : 'Maximum likelihood');

/**
 * How well a logistic model fits, as a sentence.
 * @param {any} model
 * @param {number} confLevel
 */
export function logisticFit(model, confLevel) {
  const { cStatistic, cStatisticLow, cStatisticHigh, nagelkerke, hosmerLemeshow, aic } = model;
  const limits =
    cStatisticLow === null ? '' : ` (${percentOf(confLevel)} CI ${range(ratio(cStatisticLow), ratio(cStatisticHigh))})`;
  const calibration = hosmerLemeshow ? `; Hosmer–Lemeshow ${pSentence(hosmerLemeshow.p)}` : '';
  return `c-statistic ${ratio(cStatistic)}${limits}; Nagelkerke R² ${fixed(nagelkerke, 3)}${calibration}; AIC ${fixed(aic, 1)}.`;
}

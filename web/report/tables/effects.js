// What the coefficients of each regression are shown as, in tables and plots.

import { general, ratioWithInterval } from '../format.js';

/**
 * @typedef {object} Effect
 * @property {string} title of the model
 * @property {string} name the column's title
 * @property {string} axis of a forest plot
 * @property {[string, string, string] | null} fields of a term: estimate and limits; null: the coefficient itself
 */

/** Regressions by name. An entry here is all that a new one needs. @type {Record<string, Effect>} */
export const effects = {
  logistic: { title: 'Logistic regression', name: 'OR', axis: 'Odds ratio', fields: ['oddsRatio', 'orLow', 'orHigh'] },
  linear: { title: 'Linear regression', name: 'Coefficient', axis: 'Coefficient', fields: null },
  poisson: {
    title: 'Poisson regression',
    name: 'IRR',
    axis: 'Incidence rate ratio',
    fields: ['irr', 'irrLow', 'irrHigh'],
  },
  negativeBinomial: {
    title: 'Negative binomial regression',
    name: 'IRR',
    axis: 'Incidence rate ratio',
    fields: ['irr', 'irrLow', 'irrHigh'],
  },
  cox: { title: 'Cox model', name: 'HR', axis: 'Hazard ratio', fields: ['hazardRatio', 'hrLow', 'hrHigh'] },
  fineGray: {
    title: 'Fine–Gray model',
    name: 'SHR',
    axis: 'Subdistribution hazard ratio',
    fields: ['subHazardRatio', 'shrLow', 'shrHigh'],
  },
};

/** @param {number} confLevel such as 0.95 */
export const percentOf = confLevel => `${general(Number((100 * confLevel).toPrecision(6)))}%`;

/**
 * A ratio with its interval: `2.02 (1.08–3.78)`.
 * @param {any} term
 * @param {[string, string, string]} [fields]
 */
export const ratioOf = (term, fields = ['oddsRatio', 'orLow', 'orHigh']) =>
  ratioWithInterval(term[fields[0]], term[fields[1]], term[fields[2]]);

/** What stands in place of a reference level's ratio. */
export const referenceRatio = '1 (reference)';

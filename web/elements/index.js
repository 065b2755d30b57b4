/**
 * Analyses as tags: `<bedside-analysis src="patients.csv" analysis="logistic" outcome="died" predictors="age,sex">`.
 * Importing this module defines the elements; where there is no page, as on a server, it does nothing.
 *
 * @module bedside/elements
 */
import { BedsideAnalysis } from './analysis.js';
import { BedsideWorkbench } from './workbench.js';

/** Tables and plot of a result. */
class Analysis extends BedsideAnalysis {}
/** The plot alone. */
class Plot extends BedsideAnalysis {
  static shows = { table: false, plot: true };
}
/** The tables alone. */
class Table extends BedsideAnalysis {
  static shows = { table: true, plot: false };
}

/** @type {[string, CustomElementConstructor][]} */
const elements = [
  ['bedside-analysis', Analysis],
  ['bedside-plot', Plot],
  ['bedside-table', Table],
  ['bedside-workbench', BedsideWorkbench],
];

if (typeof customElements !== 'undefined') {
  for (const [name, element] of elements) if (!customElements.get(name)) customElements.define(name, element);
}

export { useEngine } from './shared.js';

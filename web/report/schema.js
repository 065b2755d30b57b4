// The descriptions of the analyses, as reports read them.

import { analyses } from '../analyses.js';

/**
 * @typedef {import('../analyses.js').FieldSchema} FieldSchema
 * @typedef {import('../analyses.js').AnalysisSchema} AnalysisSchema
 */

/** @type {Map<string, AnalysisSchema>} */
const byName = new Map(analyses.map(analysis => [analysis.name, analysis]));

/**
 * @param {string} name
 * @returns {AnalysisSchema | undefined}
 */
export const schemaOf = name => byName.get(name);

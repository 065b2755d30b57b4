// `subgroup`: the effect of a treatment in all patients and in each subgroup.

import { none, pSentence, pValue, ratioWithInterval } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { effects, percentOf } from './effects.js';

/**
 * @param {import('../index.js').Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function subgroupTables(result, { title, warnings }) {
  const { spec, overall, subgroups, interaction, nMissing } = result;
  const labels = new Labels(result);
  const line = (/** @type {string} */ label, /** @type {any} */ of, indent = 0) =>
    row(
      label,
      [String(of.n), String(of.events), ratioWithInterval(of.estimate, of.ciLow, of.ciHigh), pValue(of.p)],
      indent,
    );
  return [
    table({
      title: `${title}: ${labels.column(spec.treatment)} by ${labels.column(spec.subgroup)}`,
      columns: [
        words('Patients'),
        figures('n'),
        figures('Events'),
        figures(`${effects[spec.model]?.name ?? none} (${percentOf(spec.confLevel)} CI)`),
        figures('p'),
      ],
      sections: [
        {
          title: '',
          rows: [
            line('All', overall),
            row(labels.withUnit(spec.subgroup), []),
            ...subgroups.map((/** @type {any} */ of) => line(labels.level(spec.subgroup, of.level), of, 1)),
          ],
        },
      ],
      notes: [
        ...(interaction ? [`Interaction: ${pSentence(interaction.p)} (likelihood ratio test).`] : []),
        ...(spec.adjust?.length
          ? [`Adjusted for ${spec.adjust.map((/** @type {string} */ each) => labels.column(each)).join(', ')}.`]
          : []),
        ...(nMissing ? [`${nMissing} patients with a missing value are left out.`] : []),
      ],
      warnings,
    }),
  ];
}

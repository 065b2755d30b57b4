// `describe`: the patients, a variable a line.

import { alike, countWithShare, date, fixed, meanWithSd, medianWithQuartiles, none, range } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';

/**
 * @param {import('../index.js').Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function describeTables(result, { title, warnings }) {
  const labels = new Labels(result);
  const rows = result.variables.flatMap((/** @type {any} */ variable) => [
    row(labels.withUnit(variable.name), [String(variable.n), String(variable.missing), ...summary(variable)]),
    ...(variable.levels ?? []).map((/** @type {any} */ { level, count, share }) =>
      row(labels.level(variable.name, level), ['', '', countWithShare(count, share)], 1),
    ),
  ]);
  return [
    table({
      title: `${title}, n = ${result.n}`,
      columns: [
        words('Variable'),
        figures('n'),
        figures('Missing'),
        figures('Mean (SD) or count (%)'),
        figures('Median (Q1–Q3)'),
        figures('Range'),
      ],
      sections: [{ title: '', rows }],
      notes: ['Q1, Q3: quartiles. Percentages are of the patients whose value is known.'],
      warnings,
    }),
  ];
}

/** @param {any} variable */
function summary({ type, n, mean, sd, median, q1, q3, min, max }) {
  if (type === 'categorical') return [];
  if (n === 0) return [none, none, none];
  if (type === 'date')
    return [
      `${date(mean)} (${fixed(sd, 0)} days)`,
      `${date(median)} (${date(q1)}–${date(q3)})`,
      `${date(min)}–${date(max)}`,
    ];
  const [low, high] = alike([min, max]);
  return [meanWithSd(mean, sd), medianWithQuartiles(median, q1, q3), range(low, high)];
}

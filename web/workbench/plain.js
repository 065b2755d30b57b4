// What a result says, in a sentence or two for those who do not read tables: the main figures, what they leave open.

import {
  coefficientWithInterval,
  fixed,
  general,
  percent,
  pSentence,
  ratio,
  ratioWithInterval,
} from '../report/format.js';
import { Labels } from '../report/labels.js';
import { listed, plain as words } from './words.js';

/** From this absolute standardised difference on, groups are called different (Austin 2009). */
const IMBALANCE = 0.1;
/** So many findings are told; the table has the others. */
const MOST = 3;

/** @typedef {(result: any, labels: Labels) => (string | false | null | undefined)[]} Teller */

/** A level that says no more than that it is the event. */
const isYes = (/** @type {string} */ level) => /^(1|yes|true)$/i.test(level);

/** @param {any} spec */
const level95 = ({ confLevel = 0.95 }) =>
  words.interval(fixed(100 * confLevel, confLevel * 100 === Math.round(confLevel * 100) ? 0 : 1));

/**
 * What is modelled: `Low birth weight`, `status = 2`.
 * @param {string} column
 * @param {string | null | undefined} level
 * @param {Labels} labels
 */
function eventOf(column, level, labels) {
  const named = labels.levels(column);
  const event = level ?? (named.length === 2 ? named[1] : undefined);
  const name = labels.column(column);
  if (event === undefined || isYes(labels.level(column, String(event)))) return name;
  return `${name} = ${labels.level(column, String(event))}`;
}

/**
 * What a coefficient compares: `Smoking (Yes rather than No)`, `Age (per year more)`.
 * @param {any} term
 * @param {{ column: string, levels: string[] }[]} factors
 * @param {Labels} labels
 */
function comparison({ term, level }, factors, labels) {
  const known = new Set(factors.map(({ column }) => column));
  const parts = labels.parts(term, known);
  if (parts.length > 1)
    return parts.map(part => labels.column(part)).join(' × ') + (level === null ? '' : ` (${level})`);
  if (level === null) return words.perUnit(labels.withUnit(term));
  const reference = factors.find(({ column }) => column === term)?.levels[0];
  return words.ratherThan(
    labels.column(term),
    labels.level(term, level),
    reference === undefined ? '' : labels.level(term, reference),
  );
}

/** The ratio of each regression and what it is a ratio of. @type {Record<string, [string, string, string, string]>} */
const ratios = {
  logistic: ['oddsRatio', 'orLow', 'orHigh', 'odds'],
  analyzeOutcome: ['oddsRatio', 'orLow', 'orHigh', 'odds'],
  poisson: ['irr', 'irrLow', 'irrHigh', 'rate'],
  negativeBinomial: ['irr', 'irrLow', 'irrHigh', 'rate'],
  cox: ['hazardRatio', 'hrLow', 'hrHigh', 'hazard'],
  fineGray: ['subHazardRatio', 'shrLow', 'shrHigh', 'incidence'],
};

/**
 * The clearest associations of a model.
 * @param {string} analysis
 * @param {any} model with `terms`
 * @param {any} spec
 * @param {string} outcome
 * @param {any[]} factors
 * @param {Labels} labels
 */
function associations(analysis, { terms }, spec, outcome, factors, labels) {
  const effects = terms.filter(
    (/** @type {any} */ { term, estimate }) => term !== '(Intercept)' && Number.isFinite(estimate),
  );
  const clear = effects
    .filter((/** @type {any} */ { p }) => p < 1 - (spec.confLevel ?? 0.95))
    .sort((/** @type {any} */ a, /** @type {any} */ b) => a.p - b.p);
  if (effects.length === 0) return [];
  if (clear.length === 0) return [words.noneClear(effects.length, outcome), words.notProof];
  const ci = level95(spec);
  const told = clear.slice(0, MOST).map((/** @type {any} */ term) => {
    const compared = comparison(term, factors, labels);
    const p = pSentence(term.p);
    if (analysis === 'linear') {
      const size = coefficientWithInterval(term.estimate, term.ciLow, term.ciHigh, term.se);
      return words.difference(term.estimate > 0, compared, size, ci, p);
    }
    const [estimate, low, high] = ratios[analysis].map(name => term[name]);
    const measure = words.measures[ratios[analysis][3]];
    return words.ratio(estimate > 1, measure, compared, ratio(estimate), `${ratio(low)}–${ratio(high)}`, ci, p);
  });
  const rest = effects.length - clear.length;
  return [
    words.associated(outcome, told, clear.length - told.length),
    rest > 0 && words.others(rest),
    effects.length > 1 ? words.adjusted : words.notCause,
  ];
}

/** @type {Teller} */
const regression = (result, labels) => {
  const { analysis, spec, factors } = result;
  const formula = /^\s*`?([^~`]+?)`?\s*~/.exec(spec.formula ?? '')?.[1];
  const outcome =
    analysis === 'fineGray'
      ? eventOf(spec.event ?? 'event', spec.cause, labels)
      : eventOf(spec.outcome ?? spec.event ?? formula ?? '', spec.positive ?? spec.eventValue, labels);
  return associations(analysis, result, spec, outcome, factors ?? [], labels);
};

/**
 * The covariates that still differ, and the largest difference.
 * @param {any[]} balance
 * @param {'smdBefore' | 'smdAfter'} which
 */
function imbalance(balance, which) {
  const sizes = balance.map(row => Math.abs(row[which])).filter(Number.isFinite);
  return { count: sizes.filter(size => size > IMBALANCE).length, largest: fixed(Math.max(0, ...sizes), 2) };
}

/** @type {Teller} */
const balanced = ({ balance }) => {
  const before = imbalance(balance, 'smdBefore');
  const after = imbalance(balance, 'smdAfter');
  return [words.balance(before.count, after.count, balance.length, before.largest, after.largest)];
};

/** @type {Record<string, Teller>} */
const tellers = {
  describe: ({ variables, n }, labels) => {
    const gaps = variables.filter((/** @type {any} */ { missing }) => missing > 0);
    const worst = gaps.reduce((/** @type {any} */ a, /** @type {any} */ b) => (b.missing > a.missing ? b : a), gaps[0]);
    return [
      words.described(n, variables.length),
      worst
        ? words.gaps(gaps.length, labels.column(worst.name), percent(worst.missing / (worst.missing + worst.n)))
        : words.complete,
    ];
  },
  tableOne: ({ variables, spec }, labels) => {
    const tested = variables.filter((/** @type {any} */ { p }) => p !== null && Number.isFinite(p));
    const names = (/** @type {any[]} */ some) => some.map(({ name }) => labels.column(name));
    const group = labels.column(spec.group);
    if (tested.length === 0) {
      const off = variables.filter((/** @type {any} */ { smd }) => Math.abs(smd) > IMBALANCE);
      return [words.imbalanced(off.length, variables.length, group, listed(names(off)))];
    }
    const different = tested
      .filter((/** @type {any} */ { p }) => p < 0.05)
      .sort((/** @type {any} */ a, /** @type {any} */ b) => a.p - b.p);
    return [
      words.differ(different.length, tested.length, group, listed(names(different))),
      words.byChance(tested.length, fixed(0.05 * tested.length, 1)),
    ];
  },
  contingency: ({ table, spec, chiSquared, riskRatio, cramersV }, labels) => {
    const p = pSentence(chiSquared?.p ?? null);
    const rowName = spec.row ? labels.column(spec.row) : '';
    const columnName = spec.column ? labels.column(spec.column) : '';
    const counts = Array.from(table.counts, (/** @type {Iterable<number>} */ row) => Array.from(row));
    if (counts.length !== 2 || counts[0].length !== 2)
      return [words.crossed(rowName, columnName, (chiSquared?.p ?? 1) < 0.05, p, fixed(cramersV, 2)), words.notCause];
    const share = (/** @type {number} */ row) => {
      const [without, withEvent] = counts[row];
      const total = without + withEvent;
      const level = spec.row ? labels.level(spec.row, table.rows[row]) : table.rows[row];
      return words.share(withEvent, total, percent(withEvent / total), rowName ? `${rowName} ${level}` : level);
    };
    const event = spec.column ? labels.level(spec.column, table.columns[1]) : table.columns[1];
    const what = columnName && isYes(event) ? columnName : columnName ? `${columnName} = ${event}` : event;
    const known = riskRatio && Number.isFinite(riskRatio.estimate);
    const size = known && ratioWithInterval(riskRatio.estimate, riskRatio.ciLow, riskRatio.ciHigh);
    return [words.proportions(what, share(1), share(0), size || '', level95(spec), p), words.notCause];
  },
  mantelHaenszel: ({ spec, oddsRatio, p, tarone }, labels) => [
    words.common(
      labels.column(spec.row),
      labels.column(spec.column),
      labels.column(spec.strata),
      ratioWithInterval(oddsRatio.estimate, oddsRatio.ciLow, oddsRatio.ciHigh),
      level95(spec),
      pSentence(p),
    ),
    tarone && Number.isFinite(tarone.p) && words.homogeneous(tarone.p >= 0.05, pSentence(tarone.p)),
  ],
  subgroup: ({ spec, overall, interaction }, labels) => [
    words.effect(
      labels.column(spec.treatment),
      words.ratioNames[spec.model === 'cox' ? 'HR' : 'OR'],
      ratioWithInterval(overall.estimate, overall.ciLow, overall.ciHigh),
      level95(spec),
      pSentence(overall.p),
    ),
    words.interaction(interaction.p < 0.05, labels.column(spec.subgroup), pSentence(interaction.p)),
    words.planned,
  ],
  analyzeOutcome: ({ analysis, spec, variables, selected, multivariable }, labels) => {
    const outcome = eventOf(spec.outcome, spec.positive, labels);
    const screen = ratio(spec.screenP);
    if (!multivariable) return [words.noneScreened(variables.length, outcome, screen)];
    const factors = variables
      .filter((/** @type {any} */ { mode }) => mode === 'categorical')
      .map((/** @type {any} */ { name, overall }) => ({
        column: name,
        levels: referenceFirst(
          (overall?.levels ?? []).map((/** @type {any} */ one) => one.level),
          multivariable.terms
            .filter((/** @type {any} */ one) => one.term === name)
            .map((/** @type {any} */ one) => one.level),
        ),
      }));
    return [
      words.screened(variables.length, selected.length, screen),
      ...associations(analysis, multivariable, spec, outcome, factors, labels),
    ];
  },
  kaplanMeier: ({ curves, logRank, spec }, labels) => [
    ...(curves.length > 4
      ? []
      : curves.map((/** @type {any} */ { group, median, medianLow, medianHigh }) => {
          const who =
            group === null || !spec.group ? '' : `${labels.column(spec.group)} ${labels.level(spec.group, group)}`;
          if (median === null || !Number.isFinite(median)) return words.medianNotReached(who);
          return words.median(who, general(median), `${general(medianLow)}–${general(medianHigh)}`, level95(spec));
        })),
    logRank && words.curvesDiffer(logRank.p < 0.05, pSentence(logRank.p)),
  ],
  nelsonAalen: ({ curves, spec }, labels) =>
    curves.slice(0, 4).map((/** @type {any} */ { group, n, events, cumulativeHazard }) => {
      const who =
        group === null || !spec.group ? '' : `${labels.column(spec.group)} ${labels.level(spec.group, group)}`;
      return words.hazard(who, events, n, fixed(cumulativeHazard.at(-1), 2));
    }),
  logRank: ({ groups, p, spec }, labels) => {
    const more = groups.reduce((/** @type {any} */ a, /** @type {any} */ b) =>
      b.observed / b.expected > a.observed / a.expected ? b : a,
    );
    return [
      words.curvesDiffer(p < 0.05, pSentence(p)),
      words.observed(
        `${labels.column(spec.group)} ${labels.level(spec.group, more.level)}`,
        fixed(more.observed, 0),
        fixed(more.expected, 1),
      ),
    ];
  },
  cumulativeIncidence: ({ curves, gray, spec }, labels) => [
    ...curves
      .slice(0, 4)
      .map((/** @type {any} */ { group, cause, time, cumulativeIncidence }) =>
        words.incidence(
          group === null || !spec.group ? '' : `${labels.column(spec.group)} ${labels.level(spec.group, group)}`,
          labels.level(spec.event, cause),
          percent(cumulativeIncidence.at(-1)),
          general(time.at(-1)),
        ),
      ),
    ...(gray ?? []).map((/** @type {any} */ { cause, p }) =>
      words.gray(labels.level(spec.event, cause), p < 0.05, pSentence(p)),
    ),
  ],
  predictSurvival: ({ curves, spec }, labels) => {
    const told = curves.slice(0, MOST).map((/** @type {any} */ { at, time, survival, ciLow, ciHigh }) => {
      const who = Object.entries(at).map(
        ([name, value]) => `${labels.column(name)} ${labels.level(name, String(value))}`,
      );
      const last = time.length - 1;
      return words.predicted(
        who.join(', '),
        general(time[last]),
        percent(survival[last]),
        `${percent(ciLow[last])}–${percent(ciHigh[last])}`,
        level95(spec),
      );
    });
    return [...told, words.forSuch];
  },
  propensity: ({ model, commonSupport, n }) => [
    words.discriminates(fixed(model.cStatistic, 2)),
    commonSupport && words.overlapping(commonSupport.treated + commonSupport.control, n),
  ],
  match: (result, labels) => [
    words.matched(result.nMatchedTreated, result.nTreated, result.nMatchedControl),
    ...balanced(result, labels),
    words.measuredOnly,
  ],
  ipw: (result, labels) => [
    ...(result.effects ?? [])
      .slice(0, 1)
      .map((/** @type {any} */ effect) =>
        words.weighted(
          effect.measure,
          labels.column(result.spec.outcome),
          effect.measure === 'ratio'
            ? ratioWithInterval(effect.estimate, effect.ciLow, effect.ciHigh)
            : coefficientWithInterval(effect.estimate, effect.ciLow, effect.ciHigh, effect.se),
          level95(result.spec),
          pSentence(effect.p),
        ),
      ),
    words.effectiveSize(fixed(result.effectiveSampleSize, 0), result.n),
    ...balanced(result, labels),
    words.measuredOnly,
  ],
  eValue: ({ eValue, eValueCi }) => [
    words.confounder(fixed(eValue, 2)),
    eValueCi !== null && Number.isFinite(eValueCi) && words.confounderOfLimit(fixed(eValueCi, 2), eValueCi <= 1),
  ],
  logistic: regression,
  linear: regression,
  poisson: regression,
  negativeBinomial: regression,
  cox: regression,
  fineGray: regression,
};

/**
 * All levels, that without a coefficient first.
 * @param {string[]} all
 * @param {string[]} compared
 */
const referenceFirst = (all, compared) => [...all.filter(level => !compared.includes(level)), ...compared];

/**
 * What the result says.
 * @param {any} result
 * @returns {string} `''` for an analysis that this page has no words for
 */
export function plain(result) {
  const tell = Object.hasOwn(tellers, result.analysis) ? tellers[result.analysis] : () => [];
  return tell(result, new Labels(result)).filter(Boolean).join(' ');
}

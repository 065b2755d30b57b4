// R code of a treatment's effect in subgroups.

import { columnsOfTerms, completeRows, eventOf, heading } from './data.js';
import { rColumn, rName, rNumber, rString, rTerms } from './syntax.js';

/**
 * Whether a logistic fit is Firth's, as R: always, never, or where patients or events are few.
 * @param {string | null} method
 * @param {string} events
 */
export const isFirth = (method, events) =>
  method === 'ml' ? 'FALSE' : method === 'firth' ? 'TRUE' : `length(${events}) < 50 || sum(${events}) < 20`;

/** @param {import('../index.js').Result} result @param {{ title: string, file: string }} frame */
export function subgroup({ spec }, { title, file }) {
  const isCox = spec.model === 'cox';
  const strata = spec.strata ? [spec.strata].flat() : [];
  const weighted = spec.weights ? `, weights = ${rName(spec.weights)}` : '';
  const adjust = spec.adjust?.length ? ` + ${rTerms(spec.adjust)}` : '';
  const within = strata.length ? ` + strata(${strata.map(rName).join(', ')})` : '';
  const left = isCox ? `Surv(${rName(spec.time)}, .event)` : '.event';
  const formula = (/** @type {string} */ right) => `${left} ~ ${right}${adjust}${isCox ? within : ''}`;
  const model = (/** @type {string} */ right, /** @type {string} */ data) =>
    isCox
      ? `coxph(${formula(right)}, data = ${data}, ties = ${rString(spec.ties ?? 'efron')}${weighted})`
      : `glm(${formula(right)}, binomial, data = ${data}${weighted}, control = glm.control(1e-14, 100))`;
  const reference = spec.reference?.[spec.treatment];
  const level = rNumber(spec.confLevel);
  const limits =
    !isCox && spec.ci === 'profile'
      ? `confint(fit, level = ${level})[i, ]`
      : `b + c(-1, 1) * qnorm((1 + ${level}) / 2) * se`;
  const firth = !isCox && spec.method !== 'ml';
  const by = `u[[${rString(spec.subgroup)}]]`;
  return [
    ...heading(title, file, isCox ? ['survival'] : spec.ci === 'profile' ? ['MASS'] : []),
    ...(spec.categorical ?? []).map((/** @type {string} */ name) => `${rColumn(name)} <- factor(${rColumn(name)})`),
    `d$.event <- ${isCox ? eventOf(spec.event, spec.eventValue) : eventOf(spec.outcome, spec.positive)}`,
    `d$.treated <- ${
      reference === undefined
        ? eventOf(spec.treatment, null)
        : `as.integer(as.character(${rColumn(spec.treatment)}) != ${rString(reference)})`
    }`,
    ...completeRows(
      [
        ...(isCox ? [spec.time, spec.event, ...strata] : [spec.outcome]),
        spec.treatment,
        spec.subgroup,
        ...columnsOfTerms(spec.adjust ?? []),
      ],
      spec.weights,
    ),
    'effect <- function(data) {',
    ...(firth
      ? [
          `  # ${spec.method === 'firth' ? 'Firth’s' : 'Firth’s where patients or events are few, or the data separated'}: needs logistf`,
          `  firth <- ${isFirth(spec.method, 'data$.event')}`,
          `  fit <- if (firth) logistf::logistf(${formula('.treated')}, data = data, pl = FALSE${weighted}) else ${model('.treated', 'data')}`,
          '  v <- if (firth) fit$var else vcov(fit)',
        ]
      : [`  fit <- ${model('.treated', 'data')}`, '  v <- vcov(fit)']),
    `  i <- ${isCox ? 1 : 2}; b <- coef(fit)[[i]]; se <- sqrt(v[i, i])`,
    `  limits <- ${limits}`,
    '  c(n = nrow(data), events = sum(data$.event), estimate = exp(b), low = exp(limits[1]), high = exp(limits[2]), p = 2 * pnorm(-abs(b / se)))',
    '}',
    `print(rbind(all = effect(u), t(sapply(split(u, ${by}), effect))), digits = 8)`,
    `u$.by <- factor(${by})`,
    `difference <- 2 * (logLik(${model('.treated * .by', 'u')}) - logLik(${model('.treated + .by', 'u')}))`,
    'df <- nlevels(u$.by) - 1',
    'print(c(interaction = difference, df = df, p = pchisq(difference, df, lower.tail = FALSE)), digits = 8)',
  ];
}

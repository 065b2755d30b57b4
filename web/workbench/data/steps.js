// Filters and new columns: written in the expression language, shown before they are done, listed, taken back.

import { h, newId } from '../dom.js';
import { sentence, steps as words } from '../words.js';
import { texter, titlesOf } from './cells.js';
import { drawBars, histogram } from './distribution.js';
import { field } from './editor.js';

/**
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Step} Step
 * @typedef {import('../../table.js').Table} Table
 */

/** Typing that rests so many ms is tried. */
const REST = 250;

/**
 * The form of a filter or a new column.
 * @param {Session} session
 * @param {'filter' | 'derive'} kind
 * @param {() => void} close
 */
export function stepForm(session, kind, close) {
  const says = words[kind];
  const input = h('input', {
    id: newId(),
    type: 'text',
    class: 'expression',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    oninput: () => soon(),
  });
  const name = h('input', { id: newId(), type: 'text', autocomplete: 'off', oninput: () => soon() });
  const error = h('div', { class: 'error', role: 'alert', id: newId(), hidden: true });
  const preview = h('div', { class: 'preview', role: 'status' });
  const insert = h(
    'select',
    { 'aria-label': words.insert, onchange: () => put(insert.value) },
    h('option', { value: '' }, words.insert),
    h(
      'optgroup',
      { label: words.columns },
      ...(session.table?.columns ?? []).map(column =>
        h('option', { value: quoted(column.name) }, column.label ? `${column.name} – ${column.label}` : column.name),
      ),
    ),
    h('optgroup', { label: words.functions }, ...words.functionList.map(text => h('option', { value: text }, text))),
  );

  /** @param {string} text at the caret */
  const put = text => {
    input.setRangeText(text, input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
    insert.value = '';
    input.focus();
    soon();
  };
  /** @returns {Step | null} what is written, as far as it is whole */
  const written = () => {
    const expression = input.value.trim();
    const column = name.value.trim();
    if (expression === '') return null;
    if (kind === 'filter') return { kind, expression };
    return { kind, column: column || words.unnamed, expression };
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let asked = 0;
  const soon = () => {
    clearTimeout(waiting);
    asked++;
    waiting = setTimeout(look, REST);
  };
  async function look() {
    const mine = asked;
    const step = written();
    if (!step) {
      showError(null);
      preview.replaceChildren();
      return;
    }
    try {
      const shown = await session.preview(step, table =>
        // What was typed meanwhile is of more interest.
        mine === asked ? previewOf(session, step, table) : [],
      );
      if (mine !== asked) return;
      preview.replaceChildren(...shown);
      showError(null);
    } catch (failure) {
      if (mine !== asked) return;
      preview.replaceChildren();
      showError(failure);
    }
  }

  /** @param {unknown} failure */
  function showError(failure) {
    error.hidden = failure === null;
    input.toggleAttribute('aria-invalid', false);
    if (failure === null) return;
    input.setAttribute('aria-invalid', 'true');
    const at = positionIn(failure);
    error.replaceChildren(
      ...(at === null ? [] : [h('pre', { 'aria-hidden': 'true' }, `${input.value.trim()}\n${' '.repeat(at)}^`)]),
      h('p', {}, sentence(failure)),
    );
  }

  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    clearTimeout(waiting);
    asked++;
    const step = written();
    if (!step) return input.focus();
    if (kind === 'derive' && name.value.trim() === '') return name.focus();
    try {
      await session.change([...session.steps, step]);
      close();
    } catch (failure) {
      showError(failure);
      input.focus();
    }
  };
  input.setAttribute('aria-errormessage', error.id);
  const examples = examplesOf(session, kind);
  const element = h(
    'form',
    { class: 'step-form', novalidate: true, onsubmit: save },
    kind === 'derive' && field(words.name, name),
    h('div', {}, field(says.label, input, says.hint), error, preview),
    h(
      'p',
      { class: 'hint examples' },
      words.examples,
      ...examples.map(([column, text]) =>
        h(
          'button',
          {
            type: 'button',
            onclick: () => {
              input.value = text;
              if (column && !name.value) name.value = column;
              input.focus();
              soon();
            },
          },
          h('code', {}, text),
        ),
      ),
    ),
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'submit', class: 'primary' }, says.save),
      h('button', { type: 'button', onclick: close }, words.cancel),
      insert,
    ),
  );
  return { element, focus: () => (kind === 'derive' ? name : input).focus() };
}

/**
 * The steps done, each with what it left of the rows and a way to take it back.
 * @param {Session} session
 * @param {(error: unknown) => void} failed
 */
export function stepList(session, failed) {
  const { steps, rows } = session;
  return h(
    'ol',
    { class: 'steps' },
    ...steps.map((step, index) => {
      const text =
        step.kind === 'filter'
          ? step.expression
          : step.kind === 'derive'
            ? `${step.column} = ${step.expression}`
            : step.column;
      return h(
        'li',
        {},
        h('span', {}, words.done[step.kind]),
        h('code', {}, text),
        step.kind === 'filter' && h('span', { class: 'kept' }, words.left(rows[index])),
        h(
          'button',
          {
            type: 'button',
            'aria-label': words.removeStep(index + 1, text),
            title: words.remove,
            onclick: () => session.change(steps.filter(other => other !== step)).catch(failed),
          },
          '×',
        ),
      );
    }),
  );
}

/**
 * @param {Session} session
 * @param {Step} step
 * @param {Table} table what the step gives
 * @returns {Promise<Node[]>}
 */
async function previewOf(session, step, table) {
  const before = session.table?.rows ?? 0;
  const warned = table.warnings
    .filter(({ message }) => !session.table?.warnings.some(other => other.message === message))
    .map(({ message }) => h('p', { class: 'hint' }, sentence(new Error(message))));
  if (step.kind !== 'derive') return [h('p', {}, words.keeps(table.rows, before)), ...warned];
  const column = table.columns.find(({ name }) => name === step.column);
  if (!column) return [];
  const values = await table.column(step.column);
  const textOf = texter(column, titlesOf());
  const first = Array.from({ length: Math.min(8, values.length) }, (_, row) => textOf(values[row]) ?? '—');
  /** @type {Node[]} */
  const nodes = [h('p', {}, words.first(first.join(', '), values.length > first.length)), ...warned];
  nodes.push(h('p', { class: 'hint' }, words.missingIn(column.missing, column.distinct)));
  const spread = values instanceof Float64Array && histogram(values, value => textOf(value) ?? '');
  if (spread) {
    const range = `${spread.low} – ${spread.high}`;
    nodes.unshift(h('figure', { class: 'sketch' }, drawBars(spread.bars, range), h('figcaption', {}, range)));
  } else if (column.levels) {
    const { levels } = (await table.describe({ columns: [column.name] })).variables[0];
    nodes.push(
      h(
        'p',
        { class: 'hint' },
        (levels ?? [])
          .slice(0, 8)
          .map(({ level, count }) => words.count(level, count))
          .join(', '),
      ),
    );
  }
  return nodes;
}

/**
 * Where an expression is wrong, in characters before it.
 * @param {unknown} failure
 */
function positionIn(failure) {
  const at = failure instanceof Error ? /position (\d+)/.exec(failure.message) : null;
  return at ? Number(at[1]) : null;
}

/** @param {string} name as an expression names the column */
const quoted = name => (/^[\p{L}_.][\p{L}\p{N}_.]*$/u.test(name) ? name : `\`${name}\``);

/**
 * Expressions that make sense with these columns: a new column's name, and its text.
 * @param {Session} session
 * @param {'filter' | 'derive'} kind
 * @returns {[string, string][]}
 */
function examplesOf({ table }, kind) {
  const columns = table?.columns ?? [];
  const number = columns.find(({ type, distinct }) => type === 'numeric' && distinct > 2);
  const category = columns.find(({ levels }) => levels && levels.length > 1 && levels.length < 20);
  const text = category && JSON.stringify(category.levels?.at(-1) ?? '').replaceAll('"', "'");
  const [a, b] = [number, category].map(column => (column ? quoted(column.name) : ''));
  const offered =
    kind === 'filter'
      ? [a && ['', `!isMissing(${a})`], a && ['', `${a} > median(${a})`], b && ['', `${b} == ${text}`]]
      : [
          a && [`${number?.name}High`, `${a} > quantile(${a}, 0.75)`],
          a && [`${number?.name}Third`, `ntile(${a}, 3)`],
          b && [`${category?.name}2`, `ifelse(${b} == ${text}, 'yes', 'no')`],
        ];
  return /** @type {[string, string][]} */ (offered.filter(Boolean));
}

// How R writes what a spec holds. Names and levels are hostile: they can end no string, no name and no comment.

/**
 * Signs that would end what is between `quote`, and those that a script cannot show.
 * @param {string} text
 * @param {'"' | '`'} quote
 */
const escaped = (text, quote) =>
  Array.from(text, sign => {
    if (sign === '\\' || sign === quote) return `\\${sign}`;
    const code = /** @type {number} */ (sign.codePointAt(0));
    if (code === 0) return ''; // R has no text that holds one
    return code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : sign;
  }).join('');

/**
 * A string between double quotes.
 * @param {unknown} text
 */
export const rString = text => `"${escaped(String(text), '"')}"`;

/**
 * A column's name in a formula: between backticks unless it is a plain one.
 * @param {string} name
 */
export const rName = name =>
  /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) ? name : `\`${escaped(name, '`')}\``;

const reserved = new Set(
  'if else repeat while function for in next break TRUE FALSE NULL Inf NaN NA NA_integer_ NA_real_ NA_character_ T F c d u'.split(
    ' ',
  ),
);

/** @param {number | null} value */
export const rNumber = value =>
  value === null || Number.isNaN(value)
    ? 'NA'
    : value === Number.POSITIVE_INFINITY
      ? 'Inf'
      : value === Number.NEGATIVE_INFINITY
        ? '-Inf'
        : String(value);

/** @param {ArrayLike<number>} values */
export const rNumbers = values => `c(${Array.from(values, rNumber).join(', ')})`;

/** @param {string[]} values */
export const rStrings = values => `c(${values.map(rString).join(', ')})`;

/**
 * One line of comment.
 * @param {string} text
 */
export const rComment = text => `# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`;

/**
 * The column of a table as an expression.
 * @param {string} name
 * @param {string} [frame]
 */
export const rColumn = (name, frame = 'd') => `${frame}[[${rString(name)}]]`;

/**
 * The columns of a term as specs spell it: a name, names joined by colons, or names in backticks joined by colons.
 * @param {string} term
 * @returns {string[]}
 */
export const columnsOfTerm = term =>
  term.startsWith('`')
    ? Array.from(term.matchAll(/`((?:[^`]|``)*)`/g), ([, name]) => name.replaceAll('``', '`'))
    : term.split(':');

/**
 * The right side of a formula.
 * @param {string[]} terms
 */
export const rTerms = terms => terms.map(term => columnsOfTerm(term).map(rName).join(':')).join(' + ');

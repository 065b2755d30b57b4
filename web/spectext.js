// Specs as text, by the schema: the flags of the command line and the attributes of the elements are the spec's fields in
// kebab case, lists joined by commas.

/**
 * @typedef {import('./analyses.js').FieldSchema} Field
 */

/** A text that is no value of its field. */
export class SpecTextError extends Error {}

/** `eventValue` → `event-value` @param {string} name */
export const kebab = name => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
/** `event-value` → `eventValue` @param {string} name */
export const camel = name => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

/**
 * Elements of lists.
 * @param {string} text
 */
export const lists = text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);

/**
 * @param {string} text `name=value`
 * @returns {[string, string]}
 * @throws {SpecTextError}
 */
export function pair(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new SpecTextError(`takes name=value, and '${text}' has no '='`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/**
 * The value that a text means for a field.
 * @param {Field} field
 * @param {string | true} text true: the field is named, without a value
 * @returns {unknown}
 * @throws {SpecTextError} its message goes on after the field's name
 */
export function fieldValue(field, text) {
  if (text === true) {
    if (field.type === 'boolean' || field.orBoolean) return true;
    throw new SpecTextError('needs a value');
  }
  if (text === 'null' && !['column', 'string', 'level'].includes(field.type)) return null;
  switch (field.type) {
    case 'number':
    case 'integer':
      return number(text);
    case 'boolean':
      return text !== 'false';
    case 'columns':
    case 'strings':
    case 'terms':
    case 'words':
      return lists(text);
    case 'numbers':
    case 'interval':
      return lists(text).map(number);
    case 'levels':
      return Object.fromEntries(lists(text).map(pair));
    case 'profiles': // one for each part between semicolons
      return text.split(';').map(part => Object.fromEntries(lists(part).map(pair)));
    case 'vectors':
    case 'objects':
      return jsonOf(text);
    default:
      return field.orBoolean && (text === 'true' || text === 'false') ? text === 'true' : text;
  }
}

/** @param {string} text */
function number(text) {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new SpecTextError(`takes a number, and '${text}' is none`);
  return value;
}

/** @param {string} text */
function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new SpecTextError("takes JSON, such as '[[12, 5], [3, 20]]'");
  }
}

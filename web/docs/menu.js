// The contents stand open beside the text, and folded above it where there is no room.

const contents = /** @type {HTMLDetailsElement} */ (document.querySelector('nav details'));
const wide = matchMedia('(min-width: 56.01rem)');
const fold = () => {
  contents.open = wide.matches;
};
wide.addEventListener('change', fold);
fold();

// On a server that has no window: everything is imported, a page is rendered, figures are computed.

import { renderToString } from 'react-dom/server';
import { Study } from './Study.jsx';
import { study } from './study.js';

const before = Object.getOwnPropertyNames(globalThis);
await Promise.all([import('bedside'), import('bedside/elements'), import('bedside/report'), import('bedside/layers')]);
const added = Object.getOwnPropertyNames(globalThis).filter(name => !before.includes(name));
console.log(JSON.stringify({ html: renderToString(<Study src="patients.csv" />), added, figures: await study() }));

// What every page here does with the package: an odds ratio, a picture and a table, one layer alone.

import { createEngine, version } from 'bedside';
import { createLayers } from 'bedside/layers';
import { plot, toText } from 'bedside/report';

/** The fourfold table 3, 1; 1, 3: odds ratio 9. */
export async function study() {
  const engine = await createEngine({ memoryBudget: '64MB' });
  const table = await engine.table({ exposed: [1, 1, 1, 1, 0, 0, 0, 0], ill: [1, 1, 1, 0, 1, 0, 0, 0] });
  const result = await table.logistic({ outcome: 'ill', predictors: ['exposed'], method: 'ml' });
  await engine.close();
  const { cache, close } = await createLayers({ memoryBudget: '16MB' });
  cache.set('key', new Uint8Array([7]), { costMs: 1 });
  const [kept] = cache.get('key') ?? [];
  close();
  const drawn = plot(result).startsWith('<svg') && toText(result).includes('exposed');
  return { or: Math.round(result.terms[1].oddsRatio * 1e6) / 1e6, kept, drawn, version };
}

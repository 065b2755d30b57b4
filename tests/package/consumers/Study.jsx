import { useEffect, useRef, useState } from 'react';

/** A figure by the engine, a table by a tag. */
export function Study({ engine, src }) {
  const [figure, setFigure] = useState('computing');
  const [shown, setShown] = useState('nothing yet');
  const element = useRef(null);
  useEffect(() => {
    let left = false;
    (async () => {
      const table = await (await engine).load(src);
      const { terms } = await table.logistic({ outcome: 'ill', predictors: ['exposed'], method: 'ml' });
      if (!left) setFigure(terms[1].oddsRatio.toFixed(3));
    })().catch(error => setFigure(String(error)));
    return () => {
      left = true;
    };
  }, [engine, src]);
  useEffect(() => {
    const tag = element.current;
    const listen = event => setShown(event.detail.analysis);
    tag.addEventListener('bedside-result', listen);
    return () => tag.removeEventListener('bedside-result', listen);
  }, []);
  return (
    <main>
      <p id="figure">{figure}</p>
      <p id="shown">{shown}</p>
      <bedside-analysis ref={element} src={src} analysis="logistic" outcome="ill" predictors="exposed" method="ml">
        Reading the patients …
      </bedside-analysis>
    </main>
  );
}

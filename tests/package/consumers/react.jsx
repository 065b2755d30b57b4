import { createEngine } from 'bedside';
import { useEngine } from 'bedside/elements';
import { createRoot } from 'react-dom/client';
import { Study } from './Study.jsx';

// One engine, for the component and for the tags in it.
const engine = createEngine({ memoryBudget: '64MB' });
useEngine(engine);
const patients = new URL('./patients.csv', location.href).href;
createRoot(document.querySelector('#root')).render(<Study engine={engine} src={patients} />);

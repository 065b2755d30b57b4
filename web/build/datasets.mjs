/**
 * The data sets that the documents show: a file of tests/conformance/data, how it is loaded, where it comes from.
 *
 * @typedef {{ file: string, origin: string, load: Record<string, unknown> }} Dataset
 */
import { sample } from '../workbench/sample.js';

/** @param {string} label @param {...string} levels in the order of their codes @returns {Record<string, unknown>} */
const coded = (label, ...levels) => ({
  label,
  type: 'categorical',
  levels: levels.map((level, code) => [code, level]),
});

/** @type {Record<string, Dataset>} */
export const datasets = {
  births: {
    file: 'stat-birthwt.csv',
    origin: '189 births, risk factors of a low birth weight (Hosmer & Lemeshow 1989; R’s MASS::birthwt)',
    load: { dictionary: { ...sample.dictionary, bwt: { label: 'Birth weight', unit: 'g' } } },
  },
  lung: {
    file: 'surv-lung.csv',
    origin: '228 patients with advanced lung cancer (Loprinzi et al. 1994; R’s survival::lung)',
    load: {
      dictionary: {
        time: { label: 'Survival time', unit: 'days' },
        status: { label: 'Status', levels: { 1: 'Alive', 2: 'Dead' } },
        age: { label: 'Age', unit: 'years' },
        sex: {
          label: 'Sex',
          type: 'categorical',
          levels: [
            [1, 'Male'],
            [2, 'Female'],
          ],
        },
        'ph.ecog': { label: 'ECOG performance score' },
        'ph.karno': { label: 'Karnofsky score, by physician' },
        'wt.loss': { label: 'Weight loss in six months', unit: 'lb' },
      },
    },
  },
  colon: {
    file: 'surv-colon.csv',
    origin: '929 patients after resection of a colon cancer (Moertel et al. 1990; R’s survival::colon)',
    load: {
      dictionary: {
        time: { label: 'Time', unit: 'days' },
        rx: { label: 'Treatment', levels: { Obs: 'Observation', Lev: 'Levamisole', 'Lev+5FU': 'Levamisole + 5-FU' } },
        sex: coded('Sex', 'Female', 'Male'),
        age: { label: 'Age', unit: 'years' },
        obstruct: coded('Obstruction of the colon', 'No', 'Yes'),
        adhere: coded('Adherence to other organs', 'No', 'Yes'),
        nodes: { label: 'Positive lymph nodes' },
      },
    },
  },
  arms: {
    file: 'reg-colon.csv',
    origin: 'two arms of the same trial of colon cancer (Moertel et al. 1990; R’s survival::colon)',
    load: {
      dictionary: {
        time: { label: 'Time', unit: 'days' },
        rx: { label: 'treatment', levels: { Obs: 'Observation', 'Lev+5FU': 'Levamisole + 5-FU' } },
        extent: {
          label: 'Extent of local spread',
          type: 'categorical',
          levels: [
            [1, 'Submucosa'],
            [2, 'Muscle'],
            [3, 'Serosa'],
            [4, 'Contiguous structures'],
          ],
        },
        age: { label: 'Age', unit: 'years' },
      },
    },
  },
  melanoma: {
    file: 'melanoma.csv',
    origin: '205 patients after the removal of a melanoma (Andersen et al. 1993; R’s MASS::Melanoma)',
    load: {
      dictionary: {
        time: { label: 'Time since operation', unit: 'days' },
        status: {
          label: 'Status',
          type: 'categorical',
          levels: [
            [1, 'Died of melanoma'],
            [2, 'Alive'],
            [3, 'Died of other causes'],
          ],
        },
        sex: coded('Sex', 'Female', 'Male'),
        ulcer: coded('Ulceration', 'No', 'Yes'),
        age: { label: 'Age', unit: 'years' },
        thickness: { label: 'Tumour thickness', unit: 'mm' },
      },
    },
  },
  training: {
    file: 'surv-lalonde.csv',
    origin: '614 people, 185 of them in a job training (LaLonde 1986; R’s MatchIt::lalonde)',
    load: {
      dictionary: {
        treat: coded('Training', 'No', 'Yes'),
        age: { label: 'Age', unit: 'years' },
        educ: { label: 'Education', unit: 'years' },
        race: { label: 'Race', levels: { black: 'Black', hispan: 'Hispanic', white: 'White' } },
        married: coded('Married', 'No', 'Yes'),
        nodegree: coded('No degree', 'No', 'Yes'),
        re74: { label: 'Earnings 1974', unit: '$' },
        re75: { label: 'Earnings 1975', unit: '$' },
        re78: { label: 'Earnings 1978', unit: '$' },
      },
    },
  },
  oesophagus: {
    file: 'reg-esoph.csv',
    origin: 'a case-control study of oesophageal cancer, by cells (Breslow & Day 1980; R’s esoph)',
    load: {
      dictionary: {
        ncases: { label: 'Cases' },
        agegp: { label: 'Age group', unit: 'years' },
        alcgp: { label: 'Alcohol' },
        tobgp: { label: 'Tobacco' },
      },
    },
  },
};

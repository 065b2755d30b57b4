// The bundled sample: what its columns mean, and where it comes from.

const yesNo = [
  [0, 'No'],
  [1, 'Yes'],
];

/** A study of the risk factors of a low birth weight. */
export const sample = {
  url: new URL('./sample.csv', import.meta.url),
  title: 'Risk factors of a low birth weight',
  origin:
    '189 births at Baystate Medical Center, Springfield, Massachusetts, in 1986. Hosmer DW, Lemeshow S, Applied Logistic Regression, Wiley 1989; as R’s MASS::birthwt, without the birth weight that defines the outcome.',
  outcome: 'low',
  dictionary: {
    low: { label: 'Low birth weight (< 2.5 kg)', type: 'categorical', levels: yesNo },
    age: { label: 'Mother’s age', unit: 'years' },
    lwt: { label: 'Mother’s weight', unit: 'lb' },
    race: {
      label: 'Race',
      type: 'categorical',
      levels: [
        [1, 'White'],
        [2, 'Black'],
        [3, 'Other'],
      ],
    },
    smoke: { label: 'Smoking in pregnancy', type: 'categorical', levels: yesNo },
    ptl: { label: 'Previous premature labours' },
    ht: { label: 'History of hypertension', type: 'categorical', levels: yesNo },
    ui: { label: 'Uterine irritability', type: 'categorical', levels: yesNo },
    ftv: { label: 'Physician visits, 1st trimester' },
  },
};

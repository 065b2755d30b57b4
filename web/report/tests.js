/** Tests between groups, as sentences name them. @type {Record<string, string>} */
export const testNames = {
  'welch-t': 'Welch’s t-test',
  anova: 'one-way analysis of variance',
  'mann-whitney': 'the Mann–Whitney test',
  'kruskal-wallis': 'the Kruskal–Wallis test',
  'chi-squared': 'Pearson’s chi-squared test',
  fisher: 'Fisher’s exact test',
};

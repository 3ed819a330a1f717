import { categories, categoryNames } from '../../src/offers/categories/all-categories.js';
import { checkCategoryData, type CategoryData } from '../../src/offers/categories/check-category-data.js';

const errorsOf = (offer: CategoryData) => checkCategoryData(offer).errors;

const invalidData: Record<string, object> = {
  internet: { minBandwidth: -1, maxBandwidth: 1, connectionType: 'fiber' },
  television: { channelCount: -1 },
  security: { monitoringType: 'hybrid', installationType: 'diy', equipmentIncluded: '' },
  energy: { contractLengthMonths: 1.5 },
  insurance: { coverageAmount: '5' },
};

describe.each(categoryNames)('%s', (category) => {
  const { service, compliance } = categories[category].example;

  it('accepts its own example, null and no data', () => {
    expect(errorsOf({ category, serviceSpecificData: service, complianceData: compliance })).toEqual([]);
    expect(errorsOf({ category, serviceSpecificData: null, complianceData: null })).toEqual([]);
    expect(errorsOf({ category })).toEqual([]);
  });

  it('rejects data without a category', () => {
    const errors = errorsOf({
      category: null,
      serviceSpecificData: service,
      complianceData: compliance,
    });
    expect(errors.map(({ field, code }) => [field, code])).toEqual([
      ['serviceSpecificData', 'category'],
      ['complianceData', 'category'],
    ]);
  });

  it('accepts unknown keys in addition to the required ones', () => {
    expect(errorsOf({ category, serviceSpecificData: { ...service, extra: [1] } })).toEqual([]);
    expect(errorsOf({ category, complianceData: { extra: { a: 1 } } })).toEqual([]);
  });

  it('rejects data of another category', () => {
    if (category === 'other') return;
    for (const each of categoryNames.filter((name) => name !== category && name !== 'other')) {
      const { service, compliance } = categories[each].example;
      const errors = errorsOf({
        category,
        serviceSpecificData: service,
        complianceData: compliance,
      });
      expect(errors.map(({ message }) => message)).toEqual([
        `serviceSpecificData contains data of category ${each}, but the category is ${category}`,
        `complianceData contains data of category ${each}, but the category is ${category}`,
      ]);
    }
  });

  it('reports the path of an invalid member', () => {
    if (category === 'other') return;
    const [error, ...more] = errorsOf({ category, serviceSpecificData: invalidData[category] });
    expect(error?.field).toMatch(/^serviceSpecificData\.\w+$/);
    expect(more).toEqual([]);
  });
});

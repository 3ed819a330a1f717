import { readSource } from '../support/source-files.js';

const imagesIn = (file: string, line: RegExp) =>
  [...readSource(file).matchAll(line)].map(([, image = '']) => image);
const nodeImages = imagesIn('Dockerfile', /^FROM (\S+)/gm);

it('base images have a version and are pinned by digest', () => {
  const images = [...nodeImages, ...imagesIn('docker-compose.yml', /^ +image: (\S+)/gm)];
  expect(images).toHaveLength(3);
  expect(images.filter((image) => !/^\w+:\d[\w.-]*@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
});

it('the image is built and run with the same Node version', () => {
  expect(new Set(nodeImages).size).toBe(1);
});

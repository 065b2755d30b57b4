// The service worker of the Space: one version's files are kept as a set, so that the page works without a network, and
// never with files of two versions. The build fills in what `self.version` and `self.files` are.

/** @typedef {{ version: string, files: string[] }} Kept */

const worker = /** @type {any} */ (self);
const { version, files } = /** @type {Kept} */ (worker);
const name = `bedside ${version}`;

worker.addEventListener('install', (/** @type {any} */ event) => {
  // `reload`: what the browser's own cache still holds may be of an earlier version.
  const fresh = files.map(file => new Request(file, { cache: 'reload' }));
  event.waitUntil(
    caches
      .open(name)
      .then(cache => cache.addAll(fresh))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (/** @type {any} */ event) => {
  const remove = async () => {
    for (const key of await caches.keys()) if (key.startsWith('bedside ') && key !== name) await caches.delete(key);
    await worker.clients.claim();
  };
  event.waitUntil(remove());
});

// Files of the set come from it; every other request (a URL that the user opens) is the network's.
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || !url.href.startsWith(worker.registration.scope))
    return;
  url.search = '';
  const file = url.href.endsWith('/') ? `${url.href}index.html` : url.href;
  event.respondWith(
    caches
      .open(name)
      .then(cache => cache.match(file))
      .then(kept => kept ?? fetch(request)),
  );
});

import { study } from './study.js';

const place = document.querySelector('#figures');
study().then(
  figures => {
    place.textContent = JSON.stringify(figures);
  },
  error => {
    place.textContent = String(error);
  },
);

// Draws the API's description into the page that names it; the list of addresses stays where scripts do not run.
/* global SwaggerUIBundle */
const place = document.getElementById("definition");
SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "list",
  validatorUrl: null,
  tryItOutEnabled: true,
});

/* The API's page: Swagger UI from our own server. */
window.addEventListener("load", function () {
  "use strict";
  var place = document.getElementById("api-docs");
  window.SwaggerUIBundle({ url: place.dataset.spec, domNode: place, deepLinking: true, validatorUrl: null, tryItOutEnabled: true });
});

// The floor is Chromium 86 (office PCs, domestic browsers); see UX.md "Look".
export default {
  extends: ["stylelint-config-standard"],
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [true, {
      browsers: ["Chrome >= 86"],
      ignorePartialSupport: true,
    }],
    "alpha-value-notation": "number",
    "color-function-notation": "legacy",
    "color-function-alias-notation": "with-alpha",
    "media-feature-range-notation": "prefix",
    "selector-class-pattern": "^[a-z][a-z0-9-]*$",
    "custom-property-pattern": "^[a-z][a-z0-9-]*$",
    "no-descending-specificity": null,
    "property-no-vendor-prefix": [true, { ignoreProperties: ["text-size-adjust", "-webkit-text-size-adjust", "print-color-adjust", "-webkit-print-color-adjust"] }],
    "value-keyword-case": ["lower", { ignoreKeywords: ["A4"] }],
    "selector-pseudo-class-disallowed-list": ["has", "is", "where"],
    "at-rule-disallowed-list": ["layer", "container", "property", "scope", "nest"],
    "property-disallowed-list": ["inset", "aspect-ratio", "accent-color", "container-type", "translate", "scale", "rotate"],
    "function-disallowed-list": ["color-mix", "light-dark", "oklch", "oklab", "lab", "lch"],
    "selector-nested-pattern": "^$",
  },
};

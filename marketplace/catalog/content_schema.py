"""The content of a solution version: one schema for seeds, spreadsheets, forms and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from marketplace.catalog.labels import COST_CLASSES, DEPLOYMENTS, DOCUMENT_KINDS
from marketplace.catalog.pricing import PARTS, UNITS
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Attribute
from marketplace.taxonomy.registry import GENERAL, taxonomy

AT_LEAST_ONE = "choose at least one"


def one_of(known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> validate.OneOf:
    """OneOf whose message lists the choices."""
    names = list(known)
    return validate.OneOf(names, error=f"choose from {', '.join(names)}")


class Localized(fields.Field[LocalizedText]):
    """`{"zh": …, "en": …}`; at least Chinese unless `blank` is allowed; a length limit each."""

    def __init__(self, *, longest: int = 200, blank: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest, self.blank = longest, blank

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> LocalizedText:
        if not isinstance(value, Mapping) or set(value) - {"zh", "en"}:
            raise ValidationError('write {"zh": "…", "en": "…"}')
        if not all(isinstance(v, str) or v is None for v in value.values()):
            raise ValidationError("write text in zh and en")
        text = LocalizedText((value.get("zh") or "").strip(), (value.get("en") or "").strip())
        if not text.zh and not self.blank:
            raise ValidationError("the Chinese text is missing")
        longest = max(len(text.zh), len(text.en))
        if longest > self.longest:
            raise ValidationError(f"shorten it to {self.longest} characters (now {longest})")
        return text

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> dict[str, str] | None:
        return None if value is None else LocalizedText.of(value).as_dict()


class ScenarioSchema(Schema):
    code = fields.String(required=True)
    from_level = fields.Integer(required=True, data_key="from", validate=validate.Range(
        0, 3, error="write a level from 0 to 3"))
    to_level = fields.Integer(required=True, data_key="to", validate=validate.Range(
        1, 4, error="write a level from 1 to 4"))

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if taxonomy().scenario(data["code"]) is None:
            raise ValidationError(f"{data['code']} is no known scenario", "code")
        if data["from_level"] >= data["to_level"]:
            raise ValidationError("the level reached must be above the level started from", "to")


class PricePartSchema(Schema):
    part = fields.String(required=True, validate=one_of(PARTS))
    unit = fields.String(load_default="flat", validate=one_of(UNITS))
    amount = fields.Float(required=True, validate=validate.Range(0, 1e9, error="write 0 or more"))
    from_year = fields.Integer(load_default=1, validate=validate.Range(
        1, 3, error="write year 1, 2 or 3"))
    cost_class = fields.String(validate=one_of(COST_CLASSES))


class FigureSchema(Schema):
    indicator = Localized(required=True)
    before = fields.Float(required=True, allow_none=True)
    after = fields.Float(required=True)
    unit = Localized(blank=True, load_default=LocalizedText())


class CaseSchema(Schema):
    title = Localized(required=True)
    gbt4754 = fields.String(data_key="class", allow_none=True, load_default=None,
                            validate=validate.Regexp(r"^\d{4}$", error="write four digits"))
    company_size = fields.Integer(allow_none=True, load_default=None,
                                  validate=validate.Range(
                                      1, 100_000, error="write 1 to 100,000 people"))
    summary = Localized(required=True, longest=1000)
    figures = fields.List(fields.Nested(FigureSchema), load_default=list)
    base_period = Localized(allow_none=True, load_default=None)
    confirmed_by = Localized(allow_none=True, load_default=None)


class DocumentSchema(Schema):
    title = Localized(required=True)
    kind = fields.String(required=True, validate=one_of(DOCUMENT_KINDS))
    body = Localized(required=True, longest=20_000)


def attribute_field(attribute: Attribute) -> fields.Field[Any]:
    """The marshmallow field of a declared attribute."""
    if attribute.type == "boolean":
        return fields.Boolean(error_messages={"invalid": "write yes or no"})
    if attribute.type == "integer":
        return fields.Integer(validate=validate.Range(0, error="write 0 or more"),
                              error_messages={"invalid": "write a whole number"})
    if attribute.type == "number":
        return fields.Float(validate=validate.Range(0, error="write 0 or more"),
                            error_messages={"invalid": "write a number"})
    if attribute.type == "text":
        return fields.String(validate=validate.Length(
            max=400, error="write at most 400 characters"))
    single = fields.String(validate=one_of(list(attribute.labels)))
    return single if attribute.type == "choice" else fields.List(single)


class SolutionContentSchema(Schema):
    """What a version holds. Attributes are checked against the chosen industries' declarations."""

    name = Localized(required=True, longest=80)
    promise = Localized(required=True, longest=160)
    description = Localized(required=True, longest=8000)
    industries = fields.List(fields.String(), required=True,
                             validate=validate.Length(min=1, error=AT_LEAST_ONE))
    categories = fields.List(fields.String(), required=True,
                             validate=validate.Length(1, 6, error="choose 1 to 6 entries"))
    deployments = fields.List(fields.String(validate=one_of(DEPLOYMENTS)), required=True,
                              validate=validate.Length(min=1, error=AT_LEAST_ONE))
    scenarios = fields.List(fields.Nested(ScenarioSchema), load_default=list)
    price_parts = fields.List(fields.Nested(PricePartSchema), load_default=list)
    go_live_days = fields.Integer(allow_none=True, load_default=None,
                                  validate=validate.Range(1, 2000, error="write 1 to 2000 days"))
    smallest_package = Localized(blank=True, longest=400, load_default=LocalizedText())
    interfaces = fields.List(fields.String(validate=validate.Length(
        1, 80, error="write 1 to 80 characters")), load_default=list)
    data_export = Localized(blank=True, longest=400, load_default=LocalizedText())
    attributes = fields.Dict(keys=fields.String(), load_default=dict)
    cases = fields.List(fields.Nested(CaseSchema), load_default=list)
    documents = fields.List(fields.Nested(DocumentSchema), load_default=list)

    @validates_schema(skip_on_field_errors=True)
    def _check_codes(self, data: dict[str, Any], **kwargs: Any) -> None:
        tree = taxonomy()
        for name, known in (("industries", {*tree.industries, GENERAL}),
                            ("categories", set(tree.categories))):
            for code in data[name]:
                if code not in known:
                    raise ValidationError(
                        f"{code} is unknown; choose from {', '.join(sorted(known))}", name)
        for name, values in (("price_parts", [p["part"] for p in data["price_parts"]]),
                             ("scenarios", [s["code"] for s in data["scenarios"]])):
            twice = next((v for v in values if values.count(v) > 1), None)
            if twice:
                raise ValidationError(f"{twice} is given twice", name)
        data["attributes"] = load_attributes(data["attributes"], data["industries"])


def load_attributes(values: Mapping[str, Any], industries: list[str]) -> dict[str, Any]:
    """Check attribute values; raises `ValidationError` keyed `attr.<key>`."""
    allowed = {a.key: a for a in taxonomy().attributes_for(industries)}
    loaded: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for key, value in values.items():
        if value is None or value == "" or value == []:
            continue
        if key not in allowed:
            errors[f"attr.{key}"] = ["is no attribute of the chosen industries"]
            continue
        try:
            loaded[key] = attribute_field(allowed[key]).deserialize(value)
        except ValidationError as problem:
            errors[f"attr.{key}"] = problem.messages
    missing = [a.key for a in allowed.values() if a.required and a.key not in loaded]
    errors |= {f"attr.{key}": ["is required"] for key in missing if f"attr.{key}" not in errors}
    if errors:
        raise ValidationError(errors)
    return loaded

"""What is sent about service types and what is shown of them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.requests.domain.attribute import Attribute, Datatype, Value
from services.requests.domain.definition import ATTRIBUTES_MAX, KEYWORDS_MAX, VALUES_MAX
from services.requests.domain.service_type import (
    Group,
    HandlerRule,
    Kind,
    ServiceType,
    SlaClass,
    Visibility,
)
from shared.texts import LANGS, label
from shared.web import Body, View

NAME_LENGTH_MAX, TEXT_LENGTH_MAX, KEYWORD_LENGTH_MAX, KEY_LENGTH_MAX = 100, 500, 40, 40
Named = Annotated[str, StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX)]
Told = Annotated[str, StringConstraints(max_length=TEXT_LENGTH_MAX)]
Keyword = Annotated[str, StringConstraints(min_length=1, max_length=KEYWORD_LENGTH_MAX)]
Key = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9_.-]{{1,{KEY_LENGTH_MAX}}}$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9+-]{2,20}$")]


class NameBody(Body):
    """A name in both languages."""

    zh: Named
    en: Named


class TextBody(Body):
    """A text in both languages; empty: none."""

    zh: Told = ""
    en: Told = ""


class ValueBody(Body):
    """One of the answers that may be chosen."""

    key: Key
    name: NameBody

    def value(self) -> Value:
        """The same in the domain's words."""
        return Value(self.key, self.name.zh, self.name.en)


class AttributeBody(Body):
    """One question; not ``variable``: a text to read, which asks for nothing."""

    code: Key
    datatype: Datatype
    description: NameBody
    required: bool = False
    variable: bool = True
    hint: TextBody = TextBody()
    values: Annotated[tuple[ValueBody, ...], Field(max_length=VALUES_MAX)] = ()

    def attribute(self) -> Attribute:
        """The same in the domain's words."""
        return Attribute(
            code=self.code,
            datatype=self.datatype,
            description_zh=self.description.zh,
            description_en=self.description.en,
            required=self.required,
            variable=self.variable,
            hint_zh=self.hint.zh,
            hint_en=self.hint.en,
            values=tuple(each.value() for each in self.values),
        )


class ServiceTypeBody(Body):
    """All of a service type but its code; what is left out is empty or as it is for most.

    ``refer_number``: whom to call, needed where the handler is ``refer``. ``post``: the code of the
    post whose duty it is. ``open311``: the public may ask for it and read of it.
    """

    name: NameBody
    description: TextBody = TextBody()
    group: Group
    keywords: Annotated[tuple[Keyword, ...], Field(max_length=KEYWORDS_MAX)] = ()
    attributes: Annotated[tuple[AttributeBody, ...], Field(max_length=ATTRIBUTES_MAX)] = ()
    sla_class: SlaClass
    handler: HandlerRule
    visibility: Visibility
    post: Key | None = None
    refer_number: Number | None = None
    active: bool = True
    open311: bool = False

    def kind(self, code: str) -> ServiceType:
        """The type of this code that it describes."""
        return ServiceType(
            code=code,
            name_zh=self.name.zh,
            name_en=self.name.en,
            group=self.group,
            sla_class=self.sla_class,
            handler=self.handler,
            visibility=self.visibility,
            description_zh=self.description.zh,
            description_en=self.description.en,
            keywords=self.keywords,
            attributes=tuple(each.attribute() for each in self.attributes),
            post=self.post,
            refer_number=self.refer_number,
            active=self.active,
            open311=self.open311,
        )


class NewServiceTypeBody(ServiceTypeBody):
    """A new service type; its code cannot be changed later."""

    service_code: Code


class TextView(View):
    """A text in both languages."""

    zh: str
    en: str


class ValueView(View):
    """One of the answers that may be chosen."""

    key: str
    name: TextView

    @classmethod
    def of(cls, value: Value) -> "ValueView":
        """The view of a value."""
        return cls(key=value.key, name=TextView(zh=value.name_zh, en=value.name_en))


class AttributeView(View):
    """One question, in the order in which they are asked."""

    code: str
    datatype: Datatype
    description: TextView
    required: bool
    variable: bool
    hint: TextView
    values: list[ValueView]

    @classmethod
    def of(cls, attribute: Attribute) -> "AttributeView":
        """The view of a question."""
        return cls(
            code=attribute.code,
            datatype=attribute.datatype,
            description=TextView(zh=attribute.description_zh, en=attribute.description_en),
            required=attribute.required,
            variable=attribute.variable,
            hint=TextView(zh=attribute.hint_zh, en=attribute.hint_en),
            values=[ValueView.of(value) for value in attribute.values],
        )


class ServiceTypeView(View):
    """One service type as it is at ``version``.

    ``visibility`` is what a request gets if its requester chooses none. ``own``: the community has
    changed or added it; otherwise it is the one of the common seed.
    """

    service_code: str
    version: int
    name: TextView
    description: TextView
    group: Group
    group_name: TextView
    keywords: list[str]
    attributes: list[AttributeView]
    sla_class: SlaClass
    handler: HandlerRule
    visibility: Visibility
    post: str | None
    refer_number: str | None
    active: bool
    open311: bool
    type: Kind
    own: bool

    @classmethod
    def of(cls, kind: ServiceType) -> "ServiceTypeView":
        """The view of a service type."""
        group_name = {lang: label(f"group.{kind.group}", lang) for lang in LANGS}
        return cls(
            service_code=kind.code,
            version=kind.version,
            name=TextView(zh=kind.name_zh, en=kind.name_en),
            description=TextView(zh=kind.description_zh, en=kind.description_en),
            group=kind.group,
            group_name=TextView(zh=group_name["zh"], en=group_name["en"]),
            keywords=list(kind.keywords),
            attributes=[AttributeView.of(each) for each in kind.attributes],
            sla_class=kind.sla_class,
            handler=kind.handler,
            visibility=kind.visibility,
            post=kind.post,
            refer_number=kind.refer_number,
            active=kind.active,
            open311=kind.open311,
            type=kind.kind,
            own=bool(kind.community),
        )

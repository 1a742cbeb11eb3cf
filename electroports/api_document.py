"""What the OpenAPI document is made with: drf-spectacular's settings."""

from typing import Any

from electroports import __version__

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "ElectroPorts & Pins",
    "DESCRIPTION": "The API of an electronics shop in Kenya. Prices are in KES and include VAT; errors are problem "
    "documents (RFC 9457); access tokens go into `Authorization: Bearer …`.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_PATCH": False,
    "SCHEMA_PATH_PREFIX": r"/api",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "TAGS": [
        {"name": "products", "description": "Everything that is sold, of every kind."},
        {"name": "accessories", "description": "Cables, chargers, cases …, with their typed fields."},
        {"name": "sound devices", "description": "Headphones, speakers, microphones, with their typed fields."},
        {"name": "categories", "description": "The tree that products hang on."},
        {"name": "brands", "description": "Who makes the products."},
        {"name": "compatibility", "description": "What plugs into what, how well, and what is missing."},
        {"name": "connectors", "description": "The kinds of connectors, and what each of their pins carries."},
        {"name": "reviews", "description": "What customers say of products, and what the shop replies."},
        {"name": "staff", "description": "What only members of staff may do, each with the permissions that it needs."},
        {"name": "specifications", "description": "The fields of typed specifications: what lists can be filtered by."},
        {"name": "wishlists", "description": "What customers wish for, and show to others if they like."},
        {"name": "notices", "description": "E-mails about what is in stock again, or costs less."},
        {"name": "sale events", "description": "Times in which prices are lower, and what is in them."},
        {"name": "cart", "description": "What a customer, or a guest with a token, is about to buy."},
        {"name": "orders", "description": "Placing orders, with an account or without, and following them."},
        {"name": "delivery", "description": "How goods get to customers, what that costs, and when they arrive."},
        {"name": "users", "description": "Accounts: signing up and in, and the caller's own profile."},
        {"name": "addresses", "description": "Where customers have their orders sent."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "catalog.models.Product.Kind",
        "ConditionEnum": "catalog.models.Variant.Condition",
        "NoticeKindEnum": "catalog.models.Notice.Kind",
        "NoticeStatusEnum": "catalog.models.Notice.Status",
        "ReviewStatusEnum": "catalog.models.Review.Status",
        "AvailabilityEnum": "catalog.stock.Availability",
        "CarryingEnum": "catalog.serializers.compatibility.CARRYING",
        "FittingVerdictEnum": "catalog.serializers.compatibility.FITTING",
        "VerdictEnum": "catalog.serializers.compatibility.VERDICTS",
        "ProtocolEnum": "catalog.serializers.ports.CODES",
        "SpecTypeEnum": "catalog.models.SpecField.Type",
        "MovementTypeEnum": "catalog.models.StockMovement.Type",
        "EnteredMovementEnum": "catalog.serializers.stock.KINDS",
        "ComparedTypeEnum": "catalog.serializers.comparison.COMPARED_TYPES",
        "DeliveryKindEnum": "orders.models.DeliveryMethod.Kind",
        "OrderStatusEnum": "orders.models.Order.Status",
        "OrderPaymentStatusEnum": "orders.models.Order.PaymentStatus",
        "PaymentStateEnum": "orders.serializers.payments.SHOWN_STATUSES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "electroports.openapi.add_shared_components",
    ],
}

"""What the intake takes and answers, as OpenAPI: for a shop's own programs and for tests."""

from typing import Any

TEXT = {"type": "string"}
NUMBER_OR_TEXT = {"oneOf": [TEXT, {"type": "number"}]}
FILE = {
    "type": "object",
    "required": ["type", "url"],
    "properties": {
        "type": TEXT,
        "format": TEXT,
        "url": {"type": "string", "format": "uri"},
        "md5sum": TEXT,
        "size": NUMBER_OR_TEXT,
    },
}
ITEM = {
    "type": "object",
    "required": ["id", "count", "product", "files"],
    "properties": {
        "id": TEXT,
        "count": NUMBER_OR_TEXT,
        "product": TEXT,
        "title": TEXT,
        "files": {"type": "array", "items": FILE, "minItems": 1},
        "options": {"type": "array", "items": {"type": "object"}},
    },
}
ADDRESS = {
    "type": "object",
    "required": ["type", "street1", "country"],
    "properties": dict.fromkeys(("type", "company", "name", "street1", "country"), TEXT),
}
ORDER = {
    "type": "object",
    "required": ["order"],
    "properties": {
        "order": {
            "type": "object",
            "required": ["apikey", "id", "addresses", "items"],
            "properties": {
                "apikey": TEXT,
                "id": TEXT,
                "date": TEXT,
                "shipping": {"type": "object"},
                "addresses": {"type": "array", "items": ADDRESS, "minItems": 1},
                "items": {"type": "array", "items": ITEM, "minItems": 1},
            },
        }
    },
}
ANSWER = {"type": "object", "properties": {"status": TEXT, "order": TEXT}}
REFUSAL = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": TEXT, "problems": {"type": "array", "items": {"type": "object"}}},
}
REFUSED = {
    400: "The document is not valid; every problem with its path",
    401: "The key belongs to no Production Interface here",
    409: "The order is known with other content; the first one stands",
    413: "The document is larger than the limit",
    500: "A fault here; send it again later",
    503: "It can not be stored just now; send it again later",
}

REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": ORDER},
            "application/xml": {"schema": {"type": "string"}},
        },
    }
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The order is stored durably",
        "content": {"application/json": {"schema": ANSWER}},
    }
}
for _status, _words in REFUSED.items():
    RESPONSES[_status] = {
        "description": _words,
        "content": {"application/json": {"schema": REFUSAL}},
    }

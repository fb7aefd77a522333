"""What the intake takes and answers, as OpenAPI: for a shop's own programs and for tests.

More is taken than stands here (other names of members, numbers and dates in other forms, as
Cloudprinter writes them); whoever keeps to this is understood.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# of this contract; the version of the program is nobody's business at this door
CONTRACT_VERSION = "1"
TEXT = {"type": "string"}


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, TEXT)


BLOCK = {"type": "object"}
WORDS = {"type": "string", "pattern": "^[ -~]*[!-~][ -~]*$"}
ID = {"type": "string", "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"}
COUNT = {
    "oneOf": [
        {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"},
        {"type": "integer", "minimum": 1, "maximum": 1_000_000_000},
    ]
}
FILE = {
    "type": "object",
    "required": ["type", "url"],
    "properties": {
        "type": WORDS,
        "format": {"enum": ["pdf"]},
        "url": {"type": "string", "pattern": "^https?://[a-z0-9.-]{1,60}/[!-~]{0,200}$"},
        "md5sum": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "size": COUNT,
    },
}
OPTION = {"type": "object", "properties": _texts("option", "desc", "count", "type")}
ITEM = {
    "type": "object",
    "required": ["id", "count", "product", "files"],
    "properties": {
        "id": ID,
        "count": COUNT,
        "product": WORDS,
        "files": {"type": "array", "items": FILE, "minItems": 1},
        "options": {"type": "array", "items": OPTION},
        **_texts("title", "desc", "pages", "price", "currency", "hc"),
        **_texts("reorder_cause", "reorder_desc", "reorder_order_id", "reorder_item_id"),
    },
}
ADDRESS = {
    "type": "object",
    "required": ["type", "name", "street1", "city", "country"],
    "properties": {
        "type": {"enum": ["delivery"]},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        **dict.fromkeys(("name", "street1", "zip", "city"), WORDS),
        **_texts("company", "street2", "state", "email", "phone", "customer_identification"),
    },
}
SHIPPING = {
    "type": "object",
    "properties": {
        "invoice": BLOCK,
        "proforma_invoice": BLOCK,
        **_texts("method", "consignor"),
    },
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
                "id": ID,
                "addresses": {"type": "array", "items": ADDRESS, "minItems": 1},
                "items": {"type": "array", "items": ITEM, "minItems": 1, "maxItems": 1000},
                "files": {"type": "array", "items": FILE},
                "shipping": SHIPPING,
                **dict.fromkeys(("creator", "client", "costs"), BLOCK),
                **_texts("date", "priority", "shipping_date", "email"),
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
    409: "The order is known with other content or through another key; the first one stands",
    408: "The document came too slowly",
    413: "The document is larger than the limit",
    429: "Too many requests of this sender; the header Retry-After tells when to come again",
    431: "The header of the request is larger than the limit",
    500: "A fault here; send it again later",
    503: "It can not be stored just now; send it again later",
}
KEY_UNKNOWN = "The key belongs to no Production Interface here, or the sender to another one"
BASIC = {"basic": {"type": "http", "scheme": "basic"}}


def contract_route(path: str, key_status: int) -> Route:
    """The route /openapi.json: what the intake at `path` takes and answers."""
    answer = JSONResponse(contract(path, key_status))

    async def tell(_request: Request) -> Response:
        return answer

    return Route("/openapi.json", tell)


def contract(path: str, key_status: int) -> dict[str, Any]:
    """The OpenAPI document. `key_status` answers an unknown key."""
    words = dict(REFUSED)
    words[key_status] = "; ".join(filter(None, (words.get(key_status), KEY_UNKNOWN)))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hotfolder: intake of orders", "version": CONTRACT_VERSION},
        "components": {"securitySchemes": BASIC},
        "paths": {
            path: {
                "post": {
                    "summary": "Take one order document, JSON or XML",
                    "security": [{}, {"basic": []}],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {"schema": ORDER},
                            "application/xml": {"schema": TEXT},
                        },
                    },
                    "responses": {
                        "200": _answer("The order is stored durably", ANSWER),
                        **{
                            str(status): _answer(said, REFUSAL)
                            for status, said in sorted(words.items())
                        },
                    },
                }
            }
        },
    }


def _answer(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}

// Derived from openapi.yaml by `npm run generate`. Do not edit.
export type JsonBody =
  | {
      [k: string]: unknown;
    }
  | unknown[];
/**
 * @minItems 1
 * @maxItems 500
 */
export type Worlds = World[];

export interface Schemas {
  Message: Message;
  UserId: string;
  User: User;
  JsonBody: JsonBody;
  World: World;
  Worlds: Worlds;
  Problem: Problem;
}
export interface Message {
  message: string;
}
export interface User {
  id: string;
}
export interface World {
  id: number;
  randomNumber: number;
}
/**
 * RFC 9457
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
}

export const schemas = {
  "Message": {
    "type": "object",
    "required": [
      "message"
    ],
    "properties": {
      "message": {
        "type": "string"
      }
    },
    "additionalProperties": false
  },
  "UserId": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100
  },
  "User": {
    "type": "object",
    "required": [
      "id"
    ],
    "properties": {
      "id": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100
      }
    },
    "additionalProperties": false
  },
  "JsonBody": {
    "type": [
      "object",
      "array"
    ]
  },
  "World": {
    "type": "object",
    "required": [
      "id",
      "randomNumber"
    ],
    "properties": {
      "id": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000
      },
      "randomNumber": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000
      }
    },
    "additionalProperties": false
  },
  "Worlds": {
    "type": "array",
    "items": {
      "type": "object",
      "required": [
        "id",
        "randomNumber"
      ],
      "properties": {
        "id": {
          "type": "integer",
          "minimum": 1,
          "maximum": 10000
        },
        "randomNumber": {
          "type": "integer",
          "minimum": 1,
          "maximum": 10000
        }
      },
      "additionalProperties": false
    },
    "minItems": 1,
    "maxItems": 500
  },
  "Problem": {
    "description": "RFC 9457",
    "type": "object",
    "required": [
      "type",
      "title",
      "status"
    ],
    "properties": {
      "type": {
        "type": "string"
      },
      "title": {
        "type": "string"
      },
      "status": {
        "type": "integer",
        "minimum": 400,
        "maximum": 599
      }
    },
    "additionalProperties": false
  }
} as const;

export const operations = [
  {
    "operationId": "plaintext",
    "method": "GET",
    "path": "/plaintext",
    "summary": "A constant text. Also the liveness check.",
    "contentType": "text/plain; charset=utf-8",
    "example": "Hello, World!"
  },
  {
    "operationId": "json",
    "method": "GET",
    "path": "/json",
    "summary": "A small object, serialised.",
    "contentType": "application/json",
    "example": {
      "message": "Hello, World!"
    }
  },
  {
    "operationId": "jsonBody",
    "method": "POST",
    "path": "/json",
    "summary": "The body, parsed and echoed.",
    "contentType": "application/json"
  },
  {
    "operationId": "params",
    "method": "GET",
    "path": "/users/{id}",
    "summary": "A path parameter, decoded, validated, echoed.",
    "contentType": "application/json",
    "example": {
      "id": "42"
    }
  },
  {
    "operationId": "db",
    "method": "GET",
    "path": "/db",
    "summary": "One row, picked at random. Also the readiness check.",
    "contentType": "application/json",
    "example": {
      "id": 4174,
      "randomNumber": 5907
    }
  },
  {
    "operationId": "queries",
    "method": "GET",
    "path": "/queries",
    "summary": "Several random rows, each read by its own query, one after the other.",
    "contentType": "application/json",
    "example": [
      {
        "id": 4174,
        "randomNumber": 5907
      },
      {
        "id": 51,
        "randomNumber": 3870
      }
    ]
  },
  {
    "operationId": "template",
    "method": "GET",
    "path": "/template",
    "summary": "Ten random rows, read like `queries`, rendered into a page, values escaped.",
    "contentType": "text/html; charset=utf-8",
    "example": "<!doctype html>\n<html lang=\"en\">\n  <head>\n    <meta charset=\"utf-8\">\n    <title>10 rows of &quot;world&quot;, 0 &lt; id &amp; id &lt; 10001</title>\n  </head>\n  <body>\n    <table>\n      <tr><th>id</th><th>randomNumber</th></tr>\n      <tr><td>4174</td><td>5907</td></tr>\n      <tr><td>51</td><td>3870</td></tr>\n      <tr><td>4174</td><td>5907</td></tr>\n      <tr><td>51</td><td>3870</td></tr>\n      <tr><td>4174</td><td>5907</td></tr>\n      <tr><td>51</td><td>3870</td></tr>\n      <tr><td>4174</td><td>5907</td></tr>\n      <tr><td>51</td><td>3870</td></tr>\n      <tr><td>4174</td><td>5907</td></tr>\n      <tr><td>51</td><td>3870</td></tr>\n    </table>\n  </body>\n</html>\n"
  }
] as const;

export const problems = {
  "400": {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400
  },
  "404": {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404
  },
  "413": {
    "type": "about:blank",
    "title": "Content Too Large",
    "status": 413
  },
  "415": {
    "type": "about:blank",
    "title": "Unsupported Media Type",
    "status": 415
  },
  "500": {
    "type": "about:blank",
    "title": "Internal Server Error",
    "status": 500
  },
  "503": {
    "type": "about:blank",
    "title": "Service Unavailable",
    "status": 503
  }
} as const;

export const countRange = {
  "minimum": 1,
  "maximum": 500
} as const;

export const maxBodyBytes = 65536 as const;

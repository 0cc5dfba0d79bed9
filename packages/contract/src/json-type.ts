/** The `Content-Type` of a body that is taken: `application/json`, whatever its parameters. */
export const JSON_TYPE = /^application\/json *(;|$)/i;

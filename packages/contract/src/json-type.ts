/**
 * The `Content-Type` of a body that is taken: `application/json`, with a charset only if it is utf-8;
 * other parameters are ignored (grammar: RFC 9110, section 8.3.1).
 */
export const JSON_TYPE =
  /^application\/json[\t ]*(;[\t ]*((charset=(utf-8|"utf-8")|(?!charset=)[\w!#$%&'*+.^`|~-]+=("[^"]*"|[^\s;"]*))[\t ]*)?)*$/i;

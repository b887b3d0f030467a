/**
 * How far the clocks of the authorization server and of this server may differ, in seconds. Casdoor writes
 * `nbf` = `iat` = now, so a clock that is behind would otherwise refuse every new token.
 */
export const clockToleranceSeconds = 60;

/**
 * Rate limits of quota groups: exact windows of requests, requests a day, LLM tokens a minute, requests at once, and the gap between two. Grants
 * and refunds; knows neither providers nor clients.
 */
@NullMarked
package sidecar.limit;

import org.jspecify.annotations.NullMarked;

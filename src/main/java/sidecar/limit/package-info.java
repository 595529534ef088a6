/**
 * Rate limits of quota groups: exact windows of requests, requests a day, LLM tokens a minute, requests at once, and the gap between two. Grants
 * and refunds; knows neither providers nor clients. {@code NodeShare} is the seam for limits that several nodes share, {@code GrantLog} what
 * lets windows survive a restart.
 */
@NullMarked
package sidecar.limit;

import org.jspecify.annotations.NullMarked;

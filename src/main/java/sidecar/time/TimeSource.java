package sidecar.time;

import java.time.InstantSource;

/**
 * Everything that tells the time: the wall clock, the monotonic one, and what calls back later. Each callable from any thread.
 *
 * @param clock for dates; it may jump
 * @param ticker for durations
 */
public record TimeSource(InstantSource clock, Ticker ticker, Timer timer) {}

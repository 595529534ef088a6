package sidecar.pool.event;

import java.time.Duration;

/**
 * What another node that asks the same upstreams has learned. Immutable.
 *
 * @param event its moments are of this node's clock; its durations are of when it was told
 * @param age how long ago that was
 */
public record RemotePoolEvent(PoolEvent event, Duration age) {}

/**
 * How several nodes share the limits of quota groups so that their sum is never exceeded: each owns places, which move between nodes only while nobody uses
 * them. Who owns what, and the rule by which it changes; what a node may use now. Knows neither the network nor SQL, and no wall clock: time is measured by each node's
 * monotonic clock (docs/adr/042-owned-places.md).
 */
@NullMarked
package sidecar.cluster;

import org.jspecify.annotations.NullMarked;

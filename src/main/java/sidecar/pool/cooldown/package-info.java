/**
 * Cooldowns after 429s: whom they concern, how long they last, who may try whether they are over, pauses of a whole host, and the emergency
 * trickle.
 */
@NullMarked
package sidecar.pool.cooldown;

import org.jspecify.annotations.NullMarked;

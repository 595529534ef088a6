/**
 * One upstream call on a lease: {@code LeasedCall} sends it and tells what comes back, {@code CallTimeouts} bounds what it waits for, and a
 * {@code Mailbox} runs the steps of its owner one after the other. What an answer means is not decided here.
 */
@NullMarked
package sidecar.call;

import org.jspecify.annotations.NullMarked;

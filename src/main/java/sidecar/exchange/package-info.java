/**
 * One client request and its response, from admission to the ledger: {@code Exchange} is the state machine, {@code Attempt} one wire request
 * within it.
 */
@NullMarked
package sidecar.exchange;

import org.jspecify.annotations.NullMarked;

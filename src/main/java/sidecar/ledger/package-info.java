/** What was used, by whom and at what price. */
@NullMarked
package sidecar.ledger;

import org.jspecify.annotations.NullMarked;

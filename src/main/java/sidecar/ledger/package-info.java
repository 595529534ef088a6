/** Accounting of finished exchanges: what was used, by whom, at what price; totals, recent activity, and advice on capacity. */
@NullMarked
package sidecar.ledger;

import org.jspecify.annotations.NullMarked;

package sidecar.ledger;

import sidecar.provider.Price;

/** What an exchange used, before it is known what that costs. */
public record MeteredUsage(Usage usage, Bill.Certainty certainty) {

    /** What it costs at {@code price}. */
    public Bill at(Price price) {
        return new Bill(usage, certainty, Cost.of(usage, price));
    }
}

package dev.muster.cli.bench;

import java.util.List;

/**
 * One kind of exchange, measured round by round.
 *
 * @param rounds at least one
 */
public record Series(List<Cost> rounds, Latencies latencies) {
    public Series {
        rounds = List.copyOf(rounds);
    }

    public Cost cost() {
        return Cost.median(rounds);
    }
}

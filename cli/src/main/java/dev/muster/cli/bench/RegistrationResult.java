package dev.muster.cli.bench;

import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.TlsVersion;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One measurement.
 *
 * @param existing how many registrations there were before
 * @param floor full handshakes, each with the least that can be asked
 * @param registration full handshakes, each with a complete registration
 * @param nginx full handshakes, each with the least that can be asked of nginx
 */
public record RegistrationResult(
        Transport transport,
        TlsVersion version,
        int existing,
        Series floor,
        Series registration,
        Optional<Nginx> nginx) {
    /**
     * What nginx takes.
     *
     * @param asItComes gives each client two tickets with which its session can be resumed, as Muster does
     * @param withoutTickets was told not to
     */
    public record Nginx(Series asItComes, Series withoutTickets) {}

    /** How many times dearer a registration is than the floor. */
    public double ratio() {
        return registration.cost().ratioTo(floor.cost());
    }

    /** The same, of each round by itself: how far to trust it. */
    public DoubleStream ratios() {
        return IntStream.range(0, registration.rounds().size())
                .mapToDouble(round ->
                        registration.rounds().get(round).ratioTo(floor.rounds().get(round)));
    }
}

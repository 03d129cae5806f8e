package dev.muster.cli.bench;

import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.TlsVersion;
import java.util.List;

/**
 * What to measure: every transport with every version of TLS, over every number of existing registrations.
 *
 * @param existing how many registrations there are before; one server for each number
 * @param nginx whether to measure nginx beside, where it is installed
 * @param serverOptions further options for the server's JVM
 */
public record RegistrationPlan(
        Load load,
        List<Transport> transports,
        List<TlsVersion> versions,
        List<Integer> existing,
        boolean nginx,
        List<String> serverOptions) {
    /**
     * How much of it.
     *
     * @param devices how many register in each measurement, each with a certificate of its own
     * @param rounds in how many parts they do, between which the floor is measured
     * @param concurrency how many do at the same time
     * @param warmUp how many exchanges come first and do not count, so that the server's compilers have little left to
     *     do: after 80,000 they still take a tenth of the CPU, after 200,000 next to nothing
     */
    public record Load(int devices, int rounds, int concurrency, int warmUp) {}

    public RegistrationPlan {
        transports = List.copyOf(transports);
        versions = List.copyOf(versions);
        existing = List.copyOf(existing);
        serverOptions = List.copyOf(serverOptions);
    }
}

package dev.muster.cli.bench;

import dev.muster.cli.client.load.Exchange;
import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.Fleet;
import dev.muster.cli.client.load.LoadClient;
import dev.muster.cli.client.load.LoadDevice;
import dev.muster.cli.client.load.TlsVersion;
import dev.muster.server.tls.FastCrypto;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time that a server spends on complete X.509 registrations, beside the floor: what a handshake alone costs it.
 * Rounds of both alternate, so that whatever else the machine does hits both; nginx has its rounds after them. Used by
 * one thread.
 */
public final class RegistrationBenchmark {
    private final RegistrationPlan plan;
    private final Consumer<String> progress;
    private final Fleet fleet = new Fleet(InstantSource.system());

    /** @param progress told what goes on, a line at a time */
    public RegistrationBenchmark(RegistrationPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Who takes part in the measurements over one number of existing registrations. */
    private record Rig(
            LoadClient client,
            ServerProcess server,
            String idScope,
            @Nullable NginxProcess nginx,
            List<LoadDevice> visitors) {
        /** For warming up, which nginx does not need. */
        Rig withoutNginx() {
            return new Rig(client, server, idScope, null, visitors);
        }
    }

    /**
     * Measures all of the plan; takes minutes.
     *
     * @throws IOException also when a registration does not end as it should
     */
    public List<RegistrationResult> run() throws IOException, InterruptedException {
        progress.accept("making certificates");
        // Certificates by the ten thousand are made in a third of the time with it.
        FastCrypto.install();
        List<LoadDevice> visitors = fleet.devices("visitor", plan.load().devices());
        List<RegistrationResult> results = new ArrayList<>();
        try (TemporaryDirectory directory = TemporaryDirectory.create();
                NginxProcess nginx = nginx(directory.path());
                LoadClient client = new LoadClient()) {
            for (int existing : plan.existing()) {
                results.addAll(run(existing, client, nginx, visitors));
            }
        }
        return results;
    }

    private List<RegistrationResult> run(
            int existing, LoadClient client, @Nullable NginxProcess nginx, List<LoadDevice> visitors)
            throws IOException, InterruptedException {
        try (TemporaryDirectory directory = TemporaryDirectory.create()) {
            if (existing > 0) {
                progress.accept("storing " + existing + " registrations");
                ExistingRegistrations.store(directory.path(), existing);
            }
            progress.accept("starting a server");
            try (ServerProcess server = ServerProcess.start(directory.path(), plan.serverOptions())) {
                String idScope = BenchGroup.enroll(directory.path(), fleet);
                return run(existing, new Rig(client, server, idScope, nginx, visitors));
            }
        }
    }

    private List<RegistrationResult> run(int existing, Rig rig) throws IOException, InterruptedException {
        try {
            progress.accept("warming up");
            int exchanges = 2
                    * plan.load().devices()
                    * plan.transports().size()
                    * plan.versions().size();
            int passes = Math.ceilDiv(plan.load().warmUp(), exchanges);
            for (int pass = 0; pass < passes; pass++) {
                measure(rig.withoutNginx(), existing, pass);
            }
            progress.accept("measuring");
            return measure(rig, existing, passes);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + "\nThe server's output ends with:\n"
                            + rig.server().lastOutput(),
                    e);
        }
    }

    private List<RegistrationResult> measure(Rig rig, int existing, int pass) throws IOException, InterruptedException {
        List<RegistrationResult> results = new ArrayList<>();
        for (Transport transport : plan.transports()) {
            for (TlsVersion version : plan.versions()) {
                List<LoadDevice> devices = fleet.devices(
                        transport + "-" + version.name() + "-" + pass,
                        plan.load().devices());
                results.add(measure(rig, transport, version, existing, devices));
            }
        }
        return results;
    }

    private RegistrationResult measure(
            Rig rig, Transport transport, TlsVersion version, int existing, List<LoadDevice> devices)
            throws IOException, InterruptedException {
        Exchange ping = new Exchange.Ping(transport, rig.idScope());
        Exchange registration = new Exchange.Registration(transport, rig.idScope());
        Meter floor = meter(rig, version, transport, ping);
        Meter full = meter(rig, version, transport, registration);
        Optional<NginxMeters> nginx = transport == Transport.HTTPS
                ? Optional.ofNullable(rig.nginx()).map(server -> nginxMeters(rig, server, version, ping))
                : Optional.empty();
        for (Round round : rounds()) {
            floor.round(round.of(rig.visitors()));
            full.round(round.of(devices));
        }
        // Not in between: a server that rests for seconds pays for what the machine has taken from it meanwhile.
        if (nginx.isPresent()) {
            for (Round round : rounds()) {
                nginx.get().round(round.of(rig.visitors()));
            }
        }
        return new RegistrationResult(
                transport, version, existing, floor.series(), full.series(), nginx.map(NginxMeters::results));
    }

    private record Round(int number, int of) {
        List<LoadDevice> of(List<LoadDevice> devices) {
            return devices.subList(devices.size() * number / of, devices.size() * (number + 1) / of);
        }
    }

    private List<Round> rounds() {
        int rounds = plan.load().rounds();
        return IntStream.range(0, rounds)
                .mapToObj(round -> new Round(round, rounds))
                .toList();
    }

    private record NginxMeters(Meter asItComes, Meter withoutTickets) {
        void round(List<LoadDevice> visitors) throws IOException, InterruptedException {
            asItComes.round(visitors);
            withoutTickets.round(visitors);
        }

        RegistrationResult.Nginx results() {
            return new RegistrationResult.Nginx(asItComes.series(), withoutTickets.series());
        }
    }

    private NginxMeters nginxMeters(Rig rig, NginxProcess nginx, TlsVersion version, Exchange exchange) {
        return new NginxMeters(
                meter(rig, new Meter.Subject(nginx.address(), nginx.usage(), version, exchange)),
                meter(rig, new Meter.Subject(nginx.withoutTickets(), nginx.usage(), version, exchange)));
    }

    private Meter meter(Rig rig, TlsVersion version, Transport transport, Exchange exchange) {
        return meter(
                rig,
                new Meter.Subject(rig.server().address(transport), rig.server().usage(), version, exchange));
    }

    private Meter meter(Rig rig, Meter.Subject subject) {
        return new Meter(rig.client(), plan.load().concurrency(), subject);
    }

    private @Nullable NginxProcess nginx(Path directory) throws IOException, InterruptedException {
        Optional<Path> program = plan.nginx() ? NginxProcess.program() : Optional.empty();
        return program.isPresent() ? NginxProcess.start(program.get(), directory, fleet) : null;
    }
}

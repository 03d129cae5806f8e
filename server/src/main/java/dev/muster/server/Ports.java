package dev.muster.server;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds out which of the wanted ports can be had, before anything is started. For one thread. */
final class Ports {
    private static final int HTTPS = 443;
    private static final int HTTPS_FALLBACK = 8443;
    private final List<String> notices = new ArrayList<>();

    /** What the operator should know, in full sentences. */
    List<String> notices() {
        return List.copyOf(notices);
    }

    /**
     * The given ports, or 8443 where 443 was wanted and is not permitted.
     *
     * @throws Refusal INVALID_ARGUMENT for a port that is taken, or an address that is not this machine's
     */
    Config.Listen settle(Config.Listen wanted) {
        Config.Listen settled = wanted;
        if (wanted.https() == HTTPS && problem(wanted.address(), HTTPS) == Problem.NOT_PERMITTED) {
            settled = wanted.withHttps(HTTPS_FALLBACK);
            notices.add("Port 443 needs more rights than this process has, so HTTPS is on " + HTTPS_FALLBACK
                    + ". The Java device SDK takes 'localhost:" + HTTPS_FALLBACK
                    + "' as its endpoint; most other SDKs can only use 443. To grant it, run as root or say"
                    + " 'sudo sysctl net.ipv4.ip_unprivileged_port_start=443'.");
        }
        check(settled.address(), settled.https(), "listen.https");
        check(settled.address(), settled.mqtt(), "listen.mqtt");
        check(settled.address(), settled.amqp(), "listen.amqp");
        settled.http().ifPresent(port -> check(wanted.address(), port, "listen.http"));
        return settled;
    }

    private enum Problem {
        NONE,
        NOT_PERMITTED,
        TAKEN,
        OTHER_ADDRESS
    }

    private static void check(String address, int port, String key) {
        String rule = switch (problem(address, port)) {
            case NONE -> "";
            case NOT_PERMITTED -> "this process may not listen on port " + port;
            case TAKEN -> "another process listens on " + address + ":" + port;
            case OTHER_ADDRESS -> address + " is not an address of this machine";
        };
        if (!rule.isEmpty()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The server cannot start.",
                    new Explanation(
                            key, rule, "stop the other one, or set " + key + " to something else (0: any free port)"));
        }
    }

    private static Problem problem(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return Problem.NONE;
        } catch (BindException e) {
            String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            if (text.contains("permission")) {
                return Problem.NOT_PERMITTED;
            }
            return text.contains("in use") ? Problem.TAKEN : Problem.OTHER_ADDRESS;
        } catch (IOException e) {
            return Problem.OTHER_ADDRESS;
        }
    }
}

package dev.muster.cli.client;

import dev.muster.cli.client.ProvisioningClient.Assignment;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** The wait for a registration's result, the same on every transport. */
final class Poll {
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(2);

    private Poll() {}

    /**
     * One answer of the service.
     *
     * @param retryAfter seconds
     */
    record Answer(int status, byte[] body, Optional<Integer> retryAfter) {
        Document accepted() throws RefusedByServer {
            if (status >= 300) {
                throw RefusedByServer.answer(status, body);
            }
            return Document.parse(body);
        }
    }

    /** Asks once for the result of an operation. */
    @FunctionalInterface
    interface Question {
        Answer ask(String operationId) throws IOException, InterruptedException;
    }

    /** The first question comes at once: a service whose hubs are its own has settled the matter by then. */
    static Assignment result(Answer first, Question question) throws IOException, InterruptedException {
        String operationId = first.accepted().text("operationId");
        long deadline = System.nanoTime() + ProvisioningClient.PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Answer answer = question.ask(operationId);
            Document document = answer.accepted();
            switch (document.text("status")) {
                case "assigned" -> {
                    return new Assignment(
                            document.text("registrationState", "assignedHub"),
                            document.text("registrationState", "deviceId"));
                }
                case "assigning" ->
                    Thread.sleep(answer.retryAfter().map(Duration::ofSeconds).orElse(DEFAULT_WAIT));
                default -> throw RefusedByServer.result(document);
            }
        }
        throw new SocketTimeoutException(
                "The registration was not settled within " + ProvisioningClient.PATIENCE.toSeconds() + " s.");
    }
}

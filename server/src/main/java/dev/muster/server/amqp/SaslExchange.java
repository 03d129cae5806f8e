package dev.muster.server.amqp;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Sasl.SaslOutcome;
import org.apache.qpid.proton.engine.SaslListener;
import org.apache.qpid.proton.engine.Transport;

/**
 * The server's side of SASL on one connection, which a client may leave out: with a certificate, most SDKs do. Used on
 * the connection's event loop.
 */
final class SaslExchange implements SaslListener {
    private final TpmChallenges tpm;
    private final Worker worker;
    private Optional<Mechanism> mechanism = Optional.empty();
    private Login login = Login.anonymous();

    /** How the exchange reaches beyond itself. */
    interface Worker {
        /** Works it out away from the event loop and comes back with the result; nothing is read meanwhile. */
        <T> void work(Supplier<T> blocking, Consumer<T> then);

        /** The client takes part in an exchange of several steps. */
        void beginLongExchange();

        /** @param why for the log */
        void refused(String why);
    }

    SaslExchange(TpmChallenges tpm, Worker worker) {
        this.tpm = tpm;
        this.worker = worker;
    }

    void offer(Sasl sasl) {
        sasl.server();
        sasl.allowSkip(true);
        sasl.setMechanisms("PLAIN", "TPM", "EXTERNAL", "ANONYMOUS");
        sasl.setListener(this);
    }

    Login login() {
        return login;
    }

    @Override
    public void onSaslInit(Sasl sasl, Transport transport) {
        String wanted = sasl.getRemoteMechanisms()[0];
        mechanism = switch (wanted) {
            case "PLAIN" -> Optional.of(Mechanism.plain());
            case "EXTERNAL", "ANONYMOUS" -> Optional.of(Mechanism.external());
            case "TPM" -> Optional.of(new TpmMechanism(tpm));
            default -> Optional.empty();
        };
        if (mechanism.isEmpty()) {
            take(sasl, new Mechanism.Step.Refused("SASL mechanism '" + wanted + "' is not offered"));
        } else {
            answer(sasl);
        }
    }

    @Override
    public void onSaslResponse(Sasl sasl, Transport transport) {
        answer(sasl);
    }

    private void answer(Sasl sasl) {
        byte[] response = new byte[sasl.pending()];
        sasl.recv(response, 0, response.length);
        mechanism.ifPresent(current -> take(sasl, current.next(response)));
    }

    private void take(Sasl sasl, Mechanism.Step step) {
        switch (step) {
            case Mechanism.Step.Challenge(byte[] bytes) -> {
                worker.beginLongExchange();
                sasl.send(bytes, 0, bytes.length);
            }
            case Mechanism.Step.Accepted(Login accepted) -> {
                login = accepted;
                sasl.done(SaslOutcome.PN_SASL_OK);
            }
            case Mechanism.Step.Refused(String why) -> {
                sasl.done(SaslOutcome.PN_SASL_AUTH);
                worker.refused(why);
            }
            case Mechanism.Step.Later(Supplier<Mechanism.Step> work) -> worker.work(work, result -> take(sasl, result));
        }
    }

    @Override
    public void onSaslMechanisms(Sasl sasl, Transport transport) {
        throw clientsPart();
    }

    @Override
    public void onSaslChallenge(Sasl sasl, Transport transport) {
        throw clientsPart();
    }

    @Override
    public void onSaslOutcome(Sasl sasl, Transport transport) {
        throw clientsPart();
    }

    private static IllegalStateException clientsPart() {
        return new IllegalStateException("only a client hears of this");
    }
}

package dev.muster.server.amqp;

import dev.muster.base.Refusal;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Azure's own mechanism {@code TPM}: the client shows its endorsement key and its storage root key, gets a wrapped key,
 * and signs a token with it. The first byte of each message controls the exchange.
 */
final class TpmMechanism implements Mechanism {
    private static final byte MORE = 0;
    private static final byte FIRST_SEGMENT = (byte) 0x80;
    private static final byte LAST_SEGMENT = (byte) 0xC1;

    /** The C SDK takes no more, and a SASL frame has 512 bytes (AMQP 1.0 section 5.3.1). */
    private static final int MAX_SEGMENT_BYTES = 470;

    private final TpmChallenges challenges;
    private Stage stage = Stage.ENDORSEMENT_KEY;
    private Optional<DeviceAddress> device = Optional.empty();
    private byte[] endorsementKey = new byte[0];
    private Optional<TpmKeys> keys = Optional.empty();
    private Optional<Refusal> refused = Optional.empty();
    private byte[] secondSegment = new byte[0];

    private enum Stage {
        ENDORSEMENT_KEY,
        STORAGE_ROOT_KEY,
        SECOND_SEGMENT,
        TOKEN
    }

    TpmMechanism(TpmChallenges challenges) {
        this.challenges = challenges;
    }

    @Override
    public Step next(byte[] response) {
        if (response.length == 0 || response[0] != MORE) {
            String rule = "TPM with an unknown control byte";
            device.ifPresent(known -> challenges.turnAway(known, rule));
            return new Step.Refused(rule);
        }
        byte[] payload = Arrays.copyOfRange(response, 1, response.length);
        return switch (stage) {
            case ENDORSEMENT_KEY -> begin(payload);
            case STORAGE_ROOT_KEY -> new Step.Later(() -> challenge(payload));
            case SECOND_SEGMENT -> {
                stage = Stage.TOKEN;
                yield new Step.Challenge(segment(LAST_SEGMENT, secondSegment));
            }
            case TOKEN -> finish(payload);
        };
    }

    /** @param payload id scope, registration id and key, a zero byte between them */
    private Step begin(byte[] payload) {
        int first = indexOfZero(payload, 0);
        int second = first < 0 ? -1 : indexOfZero(payload, first + 1);
        if (second < 0) {
            return new Step.Refused("TPM without its three parts");
        }
        device = Optional.of(new DeviceAddress(
                new String(payload, 0, first, StandardCharsets.UTF_8),
                new String(payload, first + 1, second - first - 1, StandardCharsets.UTF_8)));
        endorsementKey = Arrays.copyOfRange(payload, second + 1, payload.length);
        stage = Stage.STORAGE_ROOT_KEY;
        return new Step.Challenge(new byte[] {MORE});
    }

    /** The Java SDK wants exactly two segments. */
    private Step challenge(byte[] storageRootKey) {
        DeviceAddress known = device.orElseThrow();
        byte[] blob;
        try {
            blob = sealed(known, storageRootKey);
        } catch (Refusal refusal) {
            return new Step.Refused(refusal.explanation().map(Object::toString).orElseGet(refusal::text));
        }
        int half = (blob.length + 1) / 2;
        if (half > MAX_SEGMENT_BYTES) {
            throw new IllegalStateException("a TPM challenge of " + blob.length + " bytes fits no two segments");
        }
        secondSegment = Arrays.copyOfRange(blob, half, blob.length);
        stage = Stage.SECOND_SEGMENT;
        return new Step.Challenge(segment(FIRST_SEGMENT, Arrays.copyOf(blob, half)));
    }

    /**
     * The Java SDK waits without end when it is refused here, so a device that is goes on to its registration, whose
     * answer has room for the reason.
     */
    private byte[] sealed(DeviceAddress known, byte[] storageRootKey) {
        try {
            return challenges.challenge(known, () -> read(storageRootKey));
        } catch (Refusal refusal) {
            refused = Optional.of(refusal);
            return challenges.decoy(keys.orElseThrow(() -> refusal));
        }
    }

    /** Like that of PLAIN, the token is judged when the device registers. */
    private Step finish(byte[] token) {
        String text = new String(token, StandardCharsets.UTF_8);
        return new Step.Accepted(new Login(device, Optional.of(text), keys, refused));
    }

    private TpmKeys read(byte[] storageRootKey) {
        TpmKeys read = new TpmKeys(TpmPublicKey.parse(endorsementKey), TpmPublicKey.parse(storageRootKey));
        keys = Optional.of(read);
        return read;
    }

    private static byte[] segment(byte control, byte[] bytes) {
        byte[] segment = new byte[bytes.length + 1];
        segment[0] = control;
        System.arraycopy(bytes, 0, segment, 1, bytes.length);
        return segment;
    }

    private static int indexOfZero(byte[] bytes, int from) {
        for (int index = from; index < bytes.length; index++) {
            if (bytes[index] == 0) {
                return index;
            }
        }
        return -1;
    }
}

package dev.muster.server.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Refusal;
import dev.muster.server.amqp.Mechanism.Step;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of reference 7.2. */
final class TpmMechanismTest {
    private static final String TOKEN = "SharedAccessSignature sr=s%2Fregistrations%2Fd&sig=YWJj&se=4102444800";
    private static final byte[] EK = {0, 3, 7, 0, 7};
    private static final byte[] SRK = {0, 2, 8, 8};

    /** Java takes exactly two segments, {@code 80} and {@code C1}; nobody more than 470 bytes in each. */
    @ParameterizedTest
    @ValueSource(ints = {1, 700, 939, 940})
    void challenge_comesInTwoSegments(int size) {
        byte[] blob = new byte[size];
        Arrays.fill(blob, (byte) 5);
        TpmMechanism mechanism = new TpmMechanism((idScope, registrationId, endorsementKey, storageRootKey) -> {
            assertThat(idScope).isEqualTo("s");
            assertThat(registrationId).isEqualTo("d");
            assertThat(endorsementKey).isEqualTo(EK);
            assertThat(storageRootKey).isEqualTo(SRK);
            return blob;
        });

        assertThat(challenge(mechanism.next(begin()))).containsExactly(0);
        byte[] first =
                challenge(((Step.Later) mechanism.next(after(SRK))).work().get());
        byte[] second = challenge(mechanism.next(after(new byte[0])));

        assertThat(first[0]).isEqualTo((byte) 0x80);
        assertThat(second[0]).isEqualTo((byte) 0xC1);
        assertThat(first.length - 1 + second.length - 1).isEqualTo(size);
        assertThat(first).hasSizeLessThanOrEqualTo(471);
        assertThat(mechanism.next(after(TOKEN.getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOfSatisfying(Step.Accepted.class, accepted -> {
                    assertThat(accepted.login().device()).contains(new DeviceAddress("s", "d"));
                    assertThat(accepted.login().token()).isPresent();
                });
    }

    @Test
    void unknownTpm_isRefused() {
        TpmMechanism mechanism = new TpmMechanism((_, _, _, _) -> {
            throw new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "No such TPM.");
        });
        mechanism.next(begin());

        assertThat(((Step.Later) mechanism.next(after(SRK))).work().get()).isEqualTo(new Step.Refused("No such TPM."));
    }

    @Test
    void whatIsNoInit_isRefused() {
        for (byte[] init : new byte[][] {{}, {1, 's', 0, 'd', 0, 1}, {0, 's'}, {0, 's', 0, 'd'}}) {
            assertThat(new TpmMechanism((_, _, _, _) -> new byte[0]).next(init)).isInstanceOf(Step.Refused.class);
        }
    }

    private static byte[] begin() {
        ByteArrayOutputStream init = new ByteArrayOutputStream();
        init.writeBytes(new byte[] {0, 's', 0, 'd', 0});
        init.writeBytes(EK);
        return init.toByteArray();
    }

    private static byte[] after(byte[] payload) {
        byte[] response = new byte[payload.length + 1];
        System.arraycopy(payload, 0, response, 1, payload.length);
        return response;
    }

    private static byte[] challenge(Step step) {
        return ((Step.Challenge) step).bytes();
    }
}

package dev.muster.server.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Refusal;
import dev.muster.server.amqp.Mechanism.Step;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of reference 7.2. */
final class TpmMechanismTest {
    private static final String TOKEN = "SharedAccessSignature sr=s%2Fregistrations%2Fd&sig=YWJj&se=4102444800";
    private static final byte[] KEY = key();
    private static final byte[] DECOY = new byte[6];

    private final List<DeviceAddress> turnedAway = new ArrayList<>();

    /** Java takes exactly two segments, {@code 80} and {@code C1}; nobody more than 470 bytes in each. */
    @ParameterizedTest
    @ValueSource(ints = {1, 700, 939, 940})
    void challenge_comesInTwoSegments(int size) {
        byte[] blob = new byte[size];
        Arrays.fill(blob, (byte) 5);
        TpmMechanism mechanism = mechanism((device, keys) -> {
            assertThat(device).isEqualTo(new DeviceAddress("s", "d"));
            assertThat(keys.get()).isEqualTo(new TpmKeys(TpmPublicKey.parse(KEY), TpmPublicKey.parse(KEY)));
            return blob;
        });

        assertThat(challenge(mechanism.next(begin()))).containsExactly(0);
        byte[] first =
                challenge(((Step.Later) mechanism.next(after(KEY))).work().get());
        byte[] second = challenge(mechanism.next(after(new byte[0])));

        assertThat(first[0]).isEqualTo((byte) 0x80);
        assertThat(second[0]).isEqualTo((byte) 0xC1);
        assertThat(first.length - 1 + second.length - 1).isEqualTo(size);
        assertThat(first).hasSizeLessThanOrEqualTo(471);
        assertThat(mechanism.next(after(TOKEN.getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOfSatisfying(Step.Accepted.class, accepted -> {
                    assertThat(accepted.login().device()).contains(new DeviceAddress("s", "d"));
                    assertThat(accepted.login().token()).contains(TOKEN);
                    assertThat(accepted.login().tpm()).isPresent();
                    assertThat(accepted).asString().doesNotContain("sig=");
                });
    }

    /** The Java SDK waits without end when SASL is refused; so it is the registration that is. */
    @Test
    void unknownTpm_goesOnToBeRefused() {
        Refusal refusal = new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "No such TPM.");
        TpmMechanism mechanism = mechanism((_, keys) -> {
            assertThat(keys.get()).isNotNull();
            throw refusal;
        });
        mechanism.next(begin());

        assertThat(challenge(((Step.Later) mechanism.next(after(KEY))).work().get()))
                .hasSize(1 + DECOY.length / 2);
        mechanism.next(after(new byte[0]));
        assertThat(((Step.Accepted) mechanism.next(after(new byte[0]))).login().refused())
                .contains(refusal);
    }

    @Test
    void whatIsNoInit_isRefused() {
        for (byte[] init : new byte[][] {{}, {1, 's', 0, 'd', 0, 1}, {0, 's'}, {0, 's', 0, 'd'}}) {
            assertThat(mechanism((_, _) -> new byte[0]).next(init)).isInstanceOf(Step.Refused.class);
        }
    }

    @Test
    void keyThatIsNone_isRefused() {
        TpmMechanism mechanism = mechanism((_, keys) -> keys.get().toString().getBytes(StandardCharsets.UTF_8));
        mechanism.next(begin());

        assertThat(((Step.Later) mechanism.next(after(new byte[] {0, 2, 8, 8})))
                        .work()
                        .get())
                .isInstanceOf(Step.Refused.class);
    }

    /** A record is made once there is a name for it. */
    @Test
    void unknownControlByte_isRefused() {
        TpmMechanism mechanism = mechanism((_, _) -> new byte[0]);

        assertThat(mechanism.next(new byte[] {1})).isInstanceOf(Step.Refused.class);
        assertThat(turnedAway).isEmpty();
        mechanism.next(begin());
        assertThat(mechanism.next(new byte[] {1})).isInstanceOf(Step.Refused.class);
        assertThat(turnedAway).containsExactly(new DeviceAddress("s", "d"));
    }

    private TpmMechanism mechanism(BiFunction<DeviceAddress, Supplier<TpmKeys>, byte[]> challenge) {
        return new TpmMechanism(new TpmChallenges() {
            @Override
            public byte[] challenge(DeviceAddress device, Supplier<TpmKeys> keys) {
                return challenge.apply(device, keys);
            }

            @Override
            public byte[] decoy(TpmKeys keys) {
                return DECOY;
            }

            @Override
            public void turnAway(DeviceAddress device, String rule) {
                turnedAway.add(device);
            }
        });
    }

    /** TPM2B_PUBLIC of an RSA 2048 storage key, TPM 2.0 part 2 section 12.2. */
    private static byte[] key() {
        ByteBuffer key = ByteBuffer.allocate(316);
        key.putShort((short) 314).put(HexFormat.of().parseHex("0001000b00030012"));
        key.putShort((short) 32).put(new byte[32]);
        key.put(HexFormat.of().parseHex("00060080004300100800" + "00000000"));
        key.putShort((short) 256);
        while (key.hasRemaining()) {
            key.put((byte) -1);
        }
        return key.array();
    }

    private static byte[] begin() {
        ByteArrayOutputStream init = new ByteArrayOutputStream();
        init.writeBytes(new byte[] {0, 's', 0, 'd', 0});
        init.writeBytes(KEY);
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

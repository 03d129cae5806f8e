package dev.muster.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SasTokenTest {
    private static final String KEY =
            Base64.getEncoder().encodeToString("a secret key".getBytes(StandardCharsets.UTF_8));
    private static final String OTHER_KEY =
            Base64.getEncoder().encodeToString("another".getBytes(StandardCharsets.UTF_8));
    private static final long EXPIRY = 1_800_000_000L;

    /** The spellings of the SDKs, in their order of fields. */
    @ParameterizedTest
    @CsvSource({
        "Java, SharedAccessSignature sr={sr}&sig={sig}&se={se}&skn=, 0ne00/registrations/Device-1",
        "Node, SharedAccessSignature sr={sr}&sig={sig}&skn=registration&se={se}, 0ne00/registrations/Device-1",
        "C#, SharedAccessSignature sr={sr}&sig={sig}&se={se}&skn=registration, 0ne00%2Fregistrations%2FDevice-1",
        "Python, SharedAccessSignature sr={sr}&sig={sig}&se={se}, 0ne00%2Fregistrations%2FDevice-1",
        "C, SharedAccessSignature sr={sr}&sig={sig}&se={se}&skn=registration, 0ne00%2fregistrations%2fDevice-1",
        "IoT Edge, SharedAccessSignature sr={sr}&sig={sig}&se={se}&skn=registration, 0ne00%2fregistrations%2fdevice-1"
    })
    void spellingOfAnSdk_isVerifiedAsItWasSigned(String sdk, String form, String resource) {
        SasToken token = SasToken.parse(fill(form, resource, KEY));

        assertThat(token.isSignedWith(KEY)).as(sdk).isTrue();
        assertThat(token.isSignedWith(OTHER_KEY)).as(sdk).isFalse();
        assertThat(token.audience()).as(sdk).isEqualTo("0ne00/registrations/device-1");
        assertThat(token.expires()).isEqualTo(Instant.ofEpochSecond(EXPIRY));
    }

    @Test
    void keyName_isEmptyWhenAbsentOrEmpty() {
        assertThat(SasToken.parse(fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}&skn=", "a", KEY))
                        .keyName())
                .isEmpty();
        assertThat(SasToken.parse(fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}", "a", KEY))
                        .keyName())
                .isEmpty();
        assertThat(SasToken.parse(fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}&skn=iothubowner", "a", KEY))
                        .keyName())
                .contains("iothubowner");
    }

    @Test
    void signatureThatWasNotEncoded_isReadToo() {
        String signature = signature("hub.example", KEY);
        SasToken token = SasToken.parse("SharedAccessSignature sr=hub.example&sig=" + signature + "&se=" + EXPIRY);

        assertThat(token.isSignedWith(KEY)).isTrue();
    }

    @Test
    void changedFields_doNotVerify() {
        String form = "SharedAccessSignature sr={sr}&sig={sig}&se={se}";
        String good = fill(form, "hub.example/devices/a", KEY);

        assertThat(SasToken.parse(good.replace("devices/a", "devices/b")).isSignedWith(KEY))
                .isFalse();
        assertThat(SasToken.parse(good.replace("" + EXPIRY, "" + (EXPIRY + 1))).isSignedWith(KEY))
                .isFalse();
        assertThat(SasToken.parse(good).isSignedWith("not base64!")).isFalse();
        assertThat(SasToken.parse(good).isSignedWith("")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "hub.example, hub.example",
        "HUB.example%2Fdevices%2Fa, hub.example/devices/a",
        "https%3A%2F%2Fhub.example%2F, hub.example",
        "amqps://hub.example:5671/devices/a, hub.example/devices/a",
        "hub.example:443, hub.example"
    })
    void audience_isPlain(String resource, String expected) {
        assertThat(SasToken.parse(fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}", resource, KEY))
                        .audience())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer abc",
                "SharedAccessSignature",
                "SharedAccessSignature sr=a&sig=AAAA",
                "SharedAccessSignature sr=a&se=1",
                "SharedAccessSignature sig=AAAA&se=1",
                "SharedAccessSignature sr=a&sig=?&se=1",
                "SharedAccessSignature sr=a&sig=AAAA&se=soon",
                "SharedAccessSignature sr=a&sig=%&se=1"
            })
    void anythingElse_isUnauthorized(String text) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> SasToken.parse(text));

        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAUTHORIZED);
    }

    @Test
    void longText_isUnauthorized() {
        String text = "SharedAccessSignature sr=a&sig=AAAA&se=1&x=" + "y".repeat(5000);

        assertThat(catchThrowableOfType(Refusal.class, () -> SasToken.parse(text)))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MAX_VALUE})
    void expiryBeyondTheCalendar_isTheBeginningOrTheEndOfTime(long expiry) {
        String text = fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}", "a", KEY)
                .replace("" + EXPIRY, "" + expiry);

        assertThat(SasToken.parse(text).expires())
                .isEqualTo(Instant.ofEpochSecond((expiry < 0 ? Instant.MIN : Instant.MAX).getEpochSecond()));
    }

    @Test
    void textForm_keepsTheSignatureSecret() {
        String text = fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}", "a", KEY);

        assertThat(SasToken.parse(text).toString()).doesNotContain("sig=").doesNotContain(signature("a", KEY));
    }

    @Test
    void policy_vouchesWithEitherKeyUntilShortlyAfterExpiry() {
        SharedAccessPolicy policy = new SharedAccessPolicy("owner", OTHER_KEY, KEY, Set.of());
        SasToken token = SasToken.parse(fill("SharedAccessSignature sr={sr}&sig={sig}&se={se}", "a", KEY));
        SasToken stranger = SasToken.parse(fill(
                "SharedAccessSignature sr={sr}&sig={sig}&se={se}",
                "a",
                Base64.getEncoder().encodeToString(new byte[8])));
        Instant expiry = Instant.ofEpochSecond(EXPIRY);

        assertThat(policy.vouchesFor(token, expiry.plus(Duration.ofMinutes(4)))).isTrue();
        assertThat(policy.vouchesFor(token, expiry.plus(Duration.ofMinutes(6)))).isFalse();
        assertThat(policy.vouchesFor(stranger, expiry.minusSeconds(60))).isFalse();
    }

    @Test
    void policyWithAnEndlessToken_vouches() {
        String signature = Base64.getEncoder()
                .encodeToString(SasToken.hmac(
                        Base64.getDecoder().decode(KEY), ("a\n" + Long.MAX_VALUE).getBytes(StandardCharsets.UTF_8)));
        SasToken token = SasToken.parse("SharedAccessSignature sr=a&sig=" + signature + "&se=" + Long.MAX_VALUE);

        assertThat(new SharedAccessPolicy("owner", KEY, KEY, Set.of()).vouchesFor(token, Instant.EPOCH))
                .isTrue();
    }

    private static String fill(String form, String resource, String key) {
        return form.replace("{sr}", resource)
                .replace("{sig}", URLEncoder.encode(signature(resource, key), StandardCharsets.UTF_8))
                .replace("{se}", "" + EXPIRY);
    }

    private static String signature(String resource, String key) {
        byte[] signed = (resource + "\n" + EXPIRY).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder()
                .encodeToString(SasToken.hmac(Base64.getDecoder().decode(key), signed));
    }
}

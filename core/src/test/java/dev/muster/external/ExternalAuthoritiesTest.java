package dev.muster.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.authority.Authorities;
import dev.muster.authority.AuthoritiesInMemory;
import dev.muster.authority.Authority;
import dev.muster.authority.Authority.Generation;
import dev.muster.authority.IssuingRules;
import dev.muster.authority.KeyVaults;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.PreviewRegistry;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.external.ExternalAuthority.Access;
import dev.muster.external.ExternalAuthority.Login;
import dev.muster.hub.Immediate;
import dev.muster.pki.Csr;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How owners link authorities elsewhere. */
final class ExternalAuthoritiesTest {
    private static final String KEY = SymmetricKey.of(new byte[32]).base64();
    private static final Map<String, Object> EST = Map.of(
            "certificateAuthorityType", "EstCertificateAuthority", "url", "https://ca.example", "userName", "ra");
    private static final Map<String, Object> PORTAL = Map.of(
            "certificateAuthorityType",
            "PortalCertificateAuthority",
            "url",
            "https://portal.example/",
            "authority",
            "plant",
            "validityInDays",
            30);

    private final AccountsInMemory accounts = new AccountsInMemory();
    private final AuthoritiesInMemory stored = new AuthoritiesInMemory();
    private final List<ExternalAuthority> tried = new ArrayList<>();
    private Optional<String> objection = Optional.empty();
    private final ExternalAuthorities authorities = new ExternalAuthorities(stored, accounts, authority -> {
        tried.add(authority);
        return new Tried();
    });
    private final PreviewRegistry registry =
            new PreviewRegistry(accounts, authorities::tryOut, new Immediate(), InstantSource.system(), new Random(1));

    @Test
    void link_isTriedOutAndStored() {
        put(EST, Map.of("password", "s3cret"));
        put("portal", PORTAL, Map.of("apiKey", "t0ken"));

        assertThat(tried)
                .extracting(ExternalAuthority::access)
                .containsExactly(
                        new Access.Est(Optional.empty(), new Login.Account("ra", "s3cret")),
                        new Access.Portal("plant", Optional.of(30), "t0ken"));
        assertThat(tried).extracting(ExternalAuthority::host).containsExactly("ca.example", "portal.example");
        assertThat(tried.toString()).doesNotContain("s3cret", "t0ken");
        assertThat(stored("partner")).isTrue();
        assertThat(stored("portal")).isTrue();
    }

    @Test
    void groupKey_isAnotherLogin() {
        Map<String, Object> contents = with(with(EST, "userName", ""), "label", "plant");

        put(contents, Map.of("groupKey", KEY));

        assertThat(tried)
                .extracting(ExternalAuthority::access)
                .containsExactly(new Access.Est(Optional.of("plant"), new Login.GroupKey(new SymmetricKey(KEY))));
        assertThat(tried.toString()).doesNotContain(KEY);
    }

    @Test
    void linkThatDoesNotWork_isRefusedAndNotStored() {
        objection = Optional.of("GET https://ca.example/: nobody listens there");

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> put(EST, Map.of("password", "s3cret")))
                .withMessage("The certificate authority 'partner' at ca.example cannot be linked: GET"
                        + " https://ca.example/: nobody listens there.")
                .matches(refusal -> refusal.reason() == Refusal.Reason.INVALID_ARGUMENT);
        assertThat(stored("partner")).isFalse();
    }

    /** Enrollments mean both by a name. */
    @Test
    void name_isOfALinkOrOfAnAuthorityHere() {
        Authorities distinct = new DistinctAuthorities(stored, accounts);
        distinct.put(authority("Plant"), new Precondition.Absent());
        put(EST, Map.of("password", "s3cret"));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> put("plant", EST, Map.of("password", "s3cret")))
                .matches(refusal -> refusal.reason() == Refusal.Reason.ALREADY_EXISTS);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> distinct.put(authority("Partner"), new Precondition.Absent()))
                .matches(refusal -> refusal.reason() == Refusal.Reason.ALREADY_EXISTS);
        assertThat(distinct.list()).extracting(Authority::name).containsExactly("Plant");
        assertThat(stored("plant")).isFalse();
    }

    private static Authority authority(String name) {
        Instant now = Instant.EPOCH;
        Generation first = new Generation(1, new KeyVaults.Reference(KeyVaults.FILES, "1"), name, List.of(), now);
        return new Authority(name, List.of(first), IssuingRules.defaults(), new Etag("1"), now, now);
    }

    @Test
    void accountOfAzuresTypes_isStoredUntried() {
        put(Map.of("certificateAuthorityType", "DigiCertCertificateAuthority"), Map.of());

        assertThat(tried).isEmpty();
        assertThat(stored("partner")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "url, http://ca.example",
        "url, https://user:password@ca.example",
        "url, https://ca.example/?key=1",
        "url, https://ca.example/#part",
        "url, https:///path",
        "url, ''",
        "userName, a:b",
        "userName, ''",
        "label, a/b",
        "trustedCertificates, none"
    })
    void estLinkThatMakesNoSense_isRefused(String member, String value) {
        assertRefused(with(EST, member, value), Map.of("password", "s3cret"));
    }

    @Test
    void secretsThatAreMissingOrTooMany_areRefused() {
        assertRefused(EST, Map.of());
        assertRefused(EST, Map.of("password", "s3cret", "groupKey", KEY));
        assertRefused(with(EST, "userName", ""), Map.of("groupKey", "short"));
        assertRefused(PORTAL, Map.of());
        assertRefused(PORTAL, Map.of("apiKey", "two words"));
        assertRefused(with(PORTAL, "authority", " "), Map.of("apiKey", "t0ken"));
        assertRefused(with(PORTAL, "validityInDays", 0), Map.of("apiKey", "t0ken"));
    }

    /** Or who may write links and does not know the key could have it sent to a server of its own. */
    @Test
    void secret_staysWithTheServerThatItIsFor() {
        put(EST, Map.of("password", "s3cret"));
        put(with(EST, "label", "line"), Map.of());
        assertThat(tried.getLast().access())
                .isEqualTo(new Access.Est(Optional.of("line"), new Login.Account("ra", "s3cret")));

        assertRefused(with(EST, "url", "https://evil.example"), Map.of());
    }

    @Test
    void linkThatChanged_hasAnotherIssuer() {
        put(EST, Map.of("password", "one"));
        ExternalIssuer first = authorities.find("partner").issuer();
        assertThat(authorities.find("PARTNER").issuer()).isSameAs(first);

        put(EST, Map.of("password", "two"));

        assertThat(authorities.find("partner").issuer()).isNotSameAs(first);
        assertThat(authorities.find("partner").authority().access())
                .isEqualTo(new Access.Est(Optional.empty(), new Login.Account("ra", "two")));
    }

    @Test
    void changeByAnother_whileTheLinkIsTriedOut_isNotOverwritten() {
        PreviewRegistry slow = new PreviewRegistry(
                accounts,
                _ -> put(EST, Map.of("password", "theirs")),
                new Immediate(),
                InstantSource.system(),
                new Random(2));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(
                        () -> slow.put(draft("partner", EST, Map.of("password", "ours")), new Precondition.Always()))
                .matches(refusal -> refusal.reason() == Refusal.Reason.PRECONDITION_FAILED);
        assertThatCode(() -> authorities.find("partner")).doesNotThrowAnyException();
    }

    private void assertRefused(Map<String, Object> contents, Map<String, Object> secrets) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> put(contents, secrets))
                .matches(refusal -> refusal.reason() == Refusal.Reason.INVALID_ARGUMENT);
    }

    private void put(Map<String, Object> contents, Map<String, Object> secrets) {
        put("partner", contents, secrets);
    }

    private void put(String name, Map<String, Object> contents, Map<String, Object> secrets) {
        registry.put(draft(name, contents, secrets), new Precondition.Always());
    }

    private static PreviewRegistry.Draft draft(String name, Map<String, Object> contents, Map<String, Object> secrets) {
        return new PreviewRegistry.Draft(Kind.CERTIFICATE_AUTHORITY, name, contents, secrets);
    }

    private boolean stored(String name) {
        Optional<PreviewResource> found = accounts.find(Kind.CERTIFICATE_AUTHORITY, name);
        return found.isPresent();
    }

    private static Map<String, Object> with(Map<String, Object> contents, String member, Object value) {
        Map<String, Object> changed = new HashMap<>(contents);
        changed.put(member, value);
        return changed;
    }

    private final class Tried implements ExternalIssuer {
        @Override
        public Optional<String> objection() {
            return objection;
        }

        @Override
        public Answer ask(String subject, Csr request) {
            throw new UnsupportedOperationException();
        }
    }
}

package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Authorities whose keys are in a PKCS#11 token, SoftHSM's, in a server whose first signature provider is another; and
 * tokens that are not there, refuse their PIN, or go away: whoever needs them is told, and the others go on.
 */
@Execution(ExecutionMode.SAME_THREAD) // each test has the ports to itself
class TokenAuthorityIT {
    @Test
    void keys_areMadeInTheToken_signThere_andNeverLeaveIt() throws Exception {
        Path directory = TestServer.newDirectory();
        SoftwareToken token = SoftwareToken.make(directory);
        ServerProcess process = start(directory, token);
        try {
            OwnAuthorities own = new OwnAuthorities(process.server().controlPlane(), directory.resolve("data"));
            own.create("hsm-root", Map.of("vault", "hsm"));
            for (String algorithm : List.of("ec-p256", "ec-p384", "rsa-2048")) {
                own.create(algorithm, Map.of("vault", "hsm", "issuer", "hsm-root", "keyAlgorithm", algorithm));
                own.create("files-" + algorithm, Map.of("issuer", "hsm-root"));
                assertVerified(directory, own.chain(algorithm));
            }
            own.rotate("ec-p256");

            assertThat(token.privateKeys().lines().filter(line -> line.startsWith("Private Key Object")))
                    .hasSize(5);
            assertThat(token.privateKeys().lines().filter(line -> line.contains("Access:")))
                    .hasSize(5)
                    .allMatch(access -> access.contains("always sensitive")
                            && access.contains("never extractable")
                            && access.contains("local"));
        } finally {
            process.kill();
        }
        ServerProcess second = start(directory, token);
        try {
            OwnAuthorities own = new OwnAuthorities(second.server().controlPlane(), directory.resolve("data"));
            own.create("after-restart", Map.of("issuer", "hsm-root"));
            assertVerified(directory, own.chain("after-restart"));
        } finally {
            second.kill();
        }
    }

    @Test
    void token_thatCannotBeUsed_isExplained_andTheOthersGoOn() throws Exception {
        Path directory = TestServer.newDirectory();
        SoftwareToken token = SoftwareToken.make(directory);
        ServerProcess process = start(directory, token);
        try {
            OwnAuthorities own = new OwnAuthorities(process.server().controlPlane(), directory.resolve("data"));
            own.create("files-root", Map.of());

            assertThatThrownBy(() -> own.create("a", Map.of("vault", "absent")))
                    .hasMessageContainingAll("503", "there is no token labelled 'nowhere'", "[muster]");
            // Before the right PIN is used: a token that is open is so for the whole process.
            assertThatThrownBy(() -> own.create("b", Map.of("vault", "wrong-pin")))
                    .hasMessageContainingAll("503", "it refuses the PIN in");
            assertThatThrownBy(() -> own.create("b", Map.of("vault", "wrong-pin")))
                    .hasMessageContainingAll("503", "is not tried again lest the token lock itself");
            Files.writeString(directory.resolve("wrong-pin"), SoftwareToken.PIN);
            own.create("b", Map.of("vault", "wrong-pin"));
            own.create("hsm-root", Map.of("vault", "hsm"));

            Path away = directory.resolve("away");
            Files.move(token.objects(), away);
            Files.createDirectory(token.objects());
            assertThatThrownBy(() -> own.create("c", Map.of("vault", "hsm"))).hasMessageContaining("503");
            assertThatThrownBy(() -> own.create("d", Map.of("issuer", "hsm-root")))
                    .hasMessageContaining("503");
            own.create("files-plant", Map.of("issuer", "files-root"));

            assertThat(process.output()).doesNotContain(SoftwareToken.PIN);
        } finally {
            process.kill();
        }
    }

    /** Devices whose authority is in the token are told to come back; those of others notice nothing. */
    @Test
    void token_thatIsLocked_isExplained_andDevicesComeBackWhenItIsNot() throws Exception {
        Path directory = TestServer.newDirectory();
        SoftwareToken token = SoftwareToken.make(directory);
        String configuration = "authorities:\n  tokens:\n"
                + token.entry("hsm", token.lockable(), SoftwareToken.LABEL, token.pinFile());
        ServerProcess process = ServerProcess.start(directory, configuration, token.before());
        try {
            OwnAuthorities own = new OwnAuthorities(process.server().controlPlane(), directory.resolve("data"));
            own.create("root", Map.of());
            own.create("hsm-plant", Map.of("vault", "hsm", "issuer", "root"));
            own.create("files-plant", Map.of("issuer", "root"));
            Onboarding onboarding = new Onboarding(process.server());
            onboarding.enroll("in-token", Onboarding.issuedBy("hsm-plant"));
            onboarding.enroll("in-files", Onboarding.issuedBy("files-plant"));
        } finally {
            process.kill();
        }
        Files.createFile(token.lock());
        ServerProcess locked = ServerProcess.start(directory, configuration, token.before());
        try {
            OwnAuthorities own = new OwnAuthorities(locked.server().controlPlane(), directory.resolve("data"));
            Onboarding onboarding = new Onboarding(locked.server());
            Wish wish = Wish.of("in-token");
            Wish other = Wish.of("in-files");

            assertThat(onboarding.register("in-token", wish.body()).status()).isEqualTo(503);
            assertThat(locked.server()
                            .controlPlane()
                            .attempts("in-token")
                            .getFirst()
                            .at("/explanation/rule")
                            .asString())
                    .contains("locked after too many wrong PINs");
            assertThatThrownBy(() -> own.rotate("hsm-plant"))
                    .hasMessageContainingAll("503", "unlock it as its security officer");
            onboarding.assertConnects("in-files", other.granted(onboarding.registered(other)));

            Files.delete(token.lock());
            onboarding.assertConnects("in-token", wish.granted(onboarding.registered(wish)));
            assertThat(locked.output()).doesNotContain(SoftwareToken.PIN);
        } finally {
            locked.kill();
        }
    }

    private static ServerProcess start(Path directory, SoftwareToken token) throws Exception {
        Path wrong = directory.resolve("wrong-pin");
        if (!Files.exists(wrong)) {
            Files.writeString(wrong, "00000000");
        }
        return ServerProcess.start(
                directory,
                "authorities:\n  tokens:\n" + token.entry("hsm", SoftwareToken.LABEL, token.pinFile())
                        + token.entry("absent", "nowhere", token.pinFile())
                        + token.entry("wrong-pin", SoftwareToken.LABEL, wrong),
                token.before());
    }

    private static void assertVerified(Path directory, List<Certificate> chain) throws Exception {
        Path root = Files.writeString(directory.resolve("root.pem"), Pem.write(chain.getLast()));
        Path certificate = Files.writeString(directory.resolve("certificate.pem"), Pem.write(chain.getFirst()));
        Program.Result result = Program.run(
                directory, Map.of(), List.of("openssl", "verify", "-CAfile", root.toString(), certificate.toString()));
        assertThat(result.output()).contains(": OK");
    }
}

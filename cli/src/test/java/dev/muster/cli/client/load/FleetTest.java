package dev.muster.cli.client.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTest {
    @Test
    void devices_distinctKeysUnderTheIntermediate() throws Exception {
        Instant now = Instant.parse("2026-11-22T00:00:00Z");
        Fleet fleet = Fleet.at(now);

        List<LoadDevice> devices = fleet.devices("d", 10);

        assertThat(devices)
                .extracting(LoadDevice::registrationId)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.endsWith("-d"));
        assertThat(devices.stream().map(device -> device.chain().getFirst().getPublicKey()))
                .doesNotHaveDuplicates();
        PublicKey intermediate = fleet.intermediate().getPublicKey();
        fleet.intermediate().verify(fleet.root().getPublicKey());
        for (LoadDevice device : devices) {
            X509Certificate leaf = device.chain().getFirst();
            leaf.verify(intermediate);
            leaf.checkValidity(Date.from(now));
            assertThat(leaf.getBasicConstraints()).isNegative();
            assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=" + device.registrationId());
        }
    }
}

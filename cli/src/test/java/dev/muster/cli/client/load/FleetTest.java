package dev.muster.cli.client.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTest {
    @Test
    void devices_distinctIdsAndKeysUnderTheIntermediate() throws Exception {
        Fleet fleet = new Fleet(InstantSource.system());

        List<LoadDevice> devices = fleet.devices("d", 10);

        assertThat(devices)
                .extracting(LoadDevice::registrationId)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.endsWith("-d"));
        assertThat(devices)
                .extracting(device -> device.x509Chain()[0].getPublicKey())
                .doesNotHaveDuplicates();
        for (LoadDevice device : devices) {
            assertThat(device.chain().getFirst().commonName()).contains(device.registrationId());
            device.x509Chain()[0].verify(fleet.intermediate().x509().getPublicKey());
        }
    }
}

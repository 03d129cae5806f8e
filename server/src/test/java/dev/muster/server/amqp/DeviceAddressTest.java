package dev.muster.server.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceAddressTest {
    /** Node and C#, Java, C (reference 7.3). */
    @ParameterizedTest
    @ValueSource(
            strings = {"0ne1/registrations/a:b", "/0ne1/registrations/a:b", "amqps://host:5671/0ne1/registrations/a:b"})
    void address_hasThreeSpellings(String text) {
        assertThat(DeviceAddress.parse(text)).contains(new DeviceAddress("0ne1", "a:b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$cbs",
                "/devices/d/messages/events",
                "0ne1/registrations/",
                "/registrations/d",
                "0ne1/registrations/d/more",
                "//0ne1/registrations/d"
            })
    void otherAddress_isNone(String text) {
        assertThat(DeviceAddress.parse(text)).isEmpty();
    }

    @Test
    void registrationId_isTheSameInAnyCase() {
        assertThat(new DeviceAddress("s", "Device").isSameDevice(new DeviceAddress("s", "dEVICE")))
                .isTrue();
        assertThat(new DeviceAddress("s", "device").isSameDevice(new DeviceAddress("t", "device")))
                .isFalse();
    }
}

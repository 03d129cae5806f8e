package dev.muster.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserNameTest {
    @Test
    void provisioningName_mayHaveAClientVersion() {
        assertThat(UserName.parse("0ne1/registrations/a:b/api-version=2019-03-31&ClientVersion=x/1.0 (y)"))
                .contains(new UserName.Provisioning("0ne1", "a:b", "2019-03-31", "x/1.0 (y)"));
        assertThat(UserName.parse("0ne1/registrations/a/ClientVersion=1&api-version=2"))
                .contains(new UserName.Provisioning("0ne1", "a", "2", "1"));
        assertThat(UserName.parse("0ne1/registrations/a/api-version=2019-03-31"))
                .contains(new UserName.Provisioning("0ne1", "a", "2019-03-31", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub.example/dev1/?api-version=2020-09-30&DeviceClientType=x%2F2.5.0%20%2817%3B%29",
                "hub.example/dev1/?model-id=dtmi:x:y;1&api-version=2020-09-30",
                "hub.example/dev1/?api-version=2020-09-30&DeviceClientType=iothubclient/1.2 (native; Linux)/x",
                "hub.example/dev1/api-version=2016-11-14"
            })
    void deviceName_mayHaveItsParametersInAnyOrder(String text) {
        assertThat(UserName.parse(text)).contains(new UserName.Device("hub.example", "dev1"));
    }

    @Test
    void deviceCalledRegistrations_isADevice() {
        assertThat(UserName.parse("hub.example/registrations/?api-version=2020-09-30"))
                .contains(new UserName.Device("hub.example", "registrations"));
    }

    @Test
    void moduleName_isTold() {
        assertThat(UserName.parse("hub.example/dev1/$edgeHub/?api-version=2020-09-30"))
                .contains(new UserName.Module("hub.example", "dev1", "$edgeHub"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "//", "///", "a", "a/b", "a/b/", "a/b/c", "/b/?api-version=1", "a//?api-version=1"})
    void otherNames_areOfNoForm(String text) {
        assertThat(UserName.parse(text)).isEmpty();
    }
}

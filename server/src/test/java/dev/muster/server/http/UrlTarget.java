package dev.muster.server.http;

import dev.muster.base.Refusal;
import dev.muster.enrollment.RegistrationId;
import dev.muster.server.fuzz.FuzzTarget;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.http.routing.Target;
import dev.muster.server.mqtt.Provisioning;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Request targets: decoded, routed, and the ids in them. */
public final class UrlTarget implements FuzzTarget {
    private final Routes routes = new Routes();

    public UrlTarget() {
        Provisioning service = new Provisioning();
        new DeviceApi(service.services().registrar(), service.services().retryAfter(), RandomGenerator.getDefault())
                .addTo(routes);
    }

    @Override
    public List<byte[]> samples() {
        return List.of(
                ascii("/0ne1/registrations/dev%3A1/register?api-version=2019-03-31"),
                ascii("/0ne1/registrations/dev1/operations/4.5-a?api-version=2021-06-01&forceRegistration=true"),
                ascii("//0ne1//registrations/dev1/?Api-Version=%32021-06-01&&x&=y"));
    }

    @Override
    public void take(byte[] input) {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\\?", 2);
        try {
            Target target = Target.parse(parts[0], parts.length > 1 ? parts[1] : "");
            target.parameter("api-version");
            for (String method : List.of("PUT", "GET", "POST", "PATCH")) {
                if (routes.match(method, target.segments()) instanceof Routes.Match.Found found) {
                    new RegistrationId(found.captured().getOrDefault("registrationId", ""));
                }
            }
        } catch (Refusal refusal) {
            // As it should.
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

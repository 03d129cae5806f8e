package dev.muster.server.amqp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A device of the provisioning service, as link addresses and SASL name it. */
record DeviceAddress(String idScope, String registrationId) {
    private static final Pattern RESOURCE = Pattern.compile("([^/]+)/registrations/([^/]+)");

    /** What may stand in front of it: the Java SDK has a slash, the C SDK the whole of {@code amqps://host/}. */
    private static final Pattern PREFIX = Pattern.compile("^(?:amqps?://[^/]+)?/");

    static Optional<DeviceAddress> parse(String text) {
        Matcher matcher = RESOURCE.matcher(PREFIX.matcher(text).replaceFirst(""));
        return matcher.matches()
                ? Optional.of(new DeviceAddress(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** Registration ids are the same in any case. */
    boolean isSameDevice(DeviceAddress other) {
        return idScope.equals(other.idScope) && registrationId.equalsIgnoreCase(other.registrationId);
    }
}

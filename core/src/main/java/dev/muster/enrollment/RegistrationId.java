package dev.muster.enrollment;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name under which a device registers: at most 128 letters, digits and {@code - . _ :}, the last of them a letter,
 * a digit or {@code -}. Case does not matter when ids are compared; the spelling is kept.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-service#registration-id">DPS: registration ID</a>
 */
public record RegistrationId(String value) {
    public static final int MAX_LENGTH = 128;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{0,127}[A-Za-z0-9-]");

    /** @throws Refusal INVALID_ARGUMENT when the text is no registration id */
    public RegistrationId {
        if (!FORM.matcher(value).matches()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The registration id is invalid.",
                    new Explanation(
                            "registration id",
                            "it is not of 1 to 128 letters, digits and '-._:' ending in a letter, a digit or '-'",
                            "choose another id for the device"));
        }
    }

    /** The form by which ids are compared and stored. */
    public String key() {
        return value.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegistrationId that && key().equals(that.key());
    }

    @Override
    public int hashCode() {
        return key().hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.muster.enrollment;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.util.Locale;
import java.util.Optional;

/**
 * The name under which a device registers: at most 128 letters, digits and {@code - . _ :}, the last of them a letter,
 * a digit or {@code -}. Case does not matter when ids are compared; the spelling is kept.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-service#registration-id">DPS: registration ID</a>
 */
public record RegistrationId(String value) {
    public static final int MAX_LENGTH = 128;
    private static final String NOT_AT_THE_END = "._:";

    /** @throws Refusal INVALID_ARGUMENT when the text is no registration id */
    public RegistrationId {
        if (!isValid(value)) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The registration id is invalid.",
                    new Explanation(
                            "registration id",
                            "it is not of 1 to 128 letters, digits and '-._:' ending in a letter, a digit or '-'",
                            "choose another id for the device"));
        }
    }

    /** Of a text that may be none. */
    public static Optional<RegistrationId> of(String text) {
        return isValid(text) ? Optional.of(new RegistrationId(text)) : Optional.empty();
    }

    /** By hand, since every request and every row makes one, and a regular expression costs as much as a statement. */
    private static boolean isValid(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(RegistrationId::isAllowed)
                && NOT_AT_THE_END.indexOf(text.charAt(text.length() - 1)) < 0;
    }

    private static boolean isAllowed(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || NOT_AT_THE_END.indexOf(character) >= 0;
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

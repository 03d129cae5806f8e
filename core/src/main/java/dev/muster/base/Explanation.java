package dev.muster.base;

/**
 * What the owner needs to know of a refusal; never sent to a device.
 *
 * @param subject which thing broke the rule, such as {@code certificate 2 of 3, CN=Plant CA}
 * @param rule the rule that it broke, such as {@code expired on 2026-01-31T00:00:00Z}
 * @param remedy what to do about it, as an instruction
 */
public record Explanation(String subject, String rule, String remedy) {
    @Override
    public String toString() {
        return subject + ": " + rule + "; " + remedy;
    }
}

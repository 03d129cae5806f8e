package dev.muster.cli.command;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as in {@code muster.yaml}: {@code 30s}, {@code 15m}, {@code 12h}, {@code 7d}. */
public final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is no time; write it like 30s, 15m, 12h or 7d");
        }
    }
}

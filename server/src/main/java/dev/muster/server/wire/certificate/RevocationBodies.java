package dev.muster.server.wire.certificate;

import dev.muster.authority.Revocation;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocations.Target;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import dev.muster.server.wire.JsonObject;
import dev.muster.server.wire.Timestamps;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The bodies of Muster's own API for revocation. */
public final class RevocationBodies {
    /** More than a chain of certificates. */
    public static final int MAX_BODY_BYTES = Pem.MAX_BYTES;

    private static final int MAX_NOTE = 1024;
    private static final Pattern THUMBPRINT = Pattern.compile("([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}");
    private static final Pattern SERIAL = Pattern.compile("[0-9A-Fa-f]{1,40}");

    private RevocationBodies() {}

    /** What an owner wants to be revoked. */
    public sealed interface Wish {
        Grounds grounds();

        record Certificates(List<Target> targets, Grounds grounds) implements Wish {}

        record Device(String id, Grounds grounds) implements Wish {}
    }

    /**
     * Reads a wish, which names one thing: {@code certificate} (PEM), {@code thumbprint} (SHA-256), {@code deviceId},
     * or {@code authority} with {@code serial}, {@code generation} or neither.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Wish parse(Map<String, Object> body) {
        JsonObject wish = new JsonObject(body);
        Grounds grounds = grounds(wish);
        long named = Stream.of("certificate", "thumbprint", "deviceId", "authority")
                .filter(name -> wish.value(name).isPresent())
                .count();
        if (named != 1) {
            throw invalid("The body must have one of certificate, thumbprint, deviceId and authority.");
        }
        Optional<String> device = wish.filledText("deviceId");
        if (device.isPresent()) {
            return new Wish.Device(device.get(), grounds);
        }
        Target target = wish.filledText("certificate")
                .<Target>map(pem -> new Target.Whole(Pem.certificates(pem).getFirst()))
                .or(() -> wish.filledText("thumbprint").map(hex -> new Target.Named(thumbprint(hex))))
                .orElseGet(() -> ofAuthority(wish));
        return new Wish.Certificates(List.of(target), grounds);
    }

    /** @throws Refusal INVALID_ARGUMENT when the text is no SHA-256 hash in hexadecimal, with or without colons */
    public static Thumbprint thumbprint(String hex) {
        if (!THUMBPRINT.matcher(hex.strip()).matches()) {
            throw invalid("The thumbprint must be the SHA-256 hash of a certificate, 64 hexadecimal digits.");
        }
        return new Thumbprint(hex);
    }

    public static Map<String, Object> print(List<Revocation> revocations) {
        return Map.of("value", revocations.stream().map(RevocationBodies::print).toList());
    }

    public static Map<String, Object> print(Page<Revocation> page) {
        Map<String, Object> body = new LinkedHashMap<>(print(page.items()));
        page.next().ifPresent(next -> body.put("next", next));
        return body;
    }

    public static Map<String, Object> print(Revocation revocation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("thumbprint", revocation.certificate().hex());
        body.put("subject", revocation.subject());
        body.put("authority", revocation.mayIssue() && revocation.authority().isPresent());
        revocation.place().ifPresent(place -> {
            body.put("issuer", place.issuer().hex());
            body.put("serial", place.serial().toString(16));
            body.put("notAfter", Timestamps.print(place.notAfter()));
        });
        body.put("reason", revocation.grounds().reason().toString());
        body.put("revoked", Timestamps.print(revocation.time()));
        revocation.grounds().invalidity().ifPresent(since -> body.put("invalidityDate", Timestamps.print(since)));
        body.put("by", revocation.grounds().by());
        body.put("note", revocation.grounds().note());
        revocation.released().ifPresent(released -> body.put("released", Timestamps.print(released)));
        return body;
    }

    private static Target ofAuthority(JsonObject wish) {
        String name = wish.required("authority");
        return wish.filledText("serial")
                .<Target>map(serial -> new Target.Serial(name, serial(serial)))
                .orElseGet(() -> new Target.OwnAuthority(
                        name, wish.number("generation").map(OptionalInt::of).orElseGet(OptionalInt::empty)));
    }

    private static Grounds grounds(JsonObject wish) {
        String note = wish.text("note").orElse("");
        String by = wish.filledText("by").orElse("administrator");
        if (note.length() > MAX_NOTE || by.length() > MAX_NOTE) {
            throw invalid("note and by have at most " + MAX_NOTE + " characters.");
        }
        return new Grounds(
                wish.filledText("reason").map(RevocationReason::parse).orElse(RevocationReason.UNSPECIFIED),
                wish.filledText("invalidityDate").map(RevocationBodies::instant),
                by,
                note);
    }

    private static BigInteger serial(String text) {
        String hex = text.replace(":", "").strip();
        if (!SERIAL.matcher(hex).matches()) {
            throw invalid("serial must be a serial number in hexadecimal, of at most 20 bytes.");
        }
        return new BigInteger(hex, 16);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw invalid("invalidityDate must be a time such as 2026-01-31T00:00:00Z.");
        }
    }

    private static Refusal invalid(String text) {
        return new Refusal(Refusal.Reason.INVALID_ARGUMENT, text);
    }
}

package dev.muster.pki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.BERTags;

/** Writes DER (X.690), with shortcuts where Bouncy Castle's own way costs much of a signature's time. Stateless. */
public final class Der {
    private static final int MAX_HEADER = 6;
    private static final int SHORT_FORM_LIMIT = 0x80;
    private static final int FIRST_UTC_YEAR = 1950;
    private static final int FIRST_GENERALIZED_YEAR = 2050;
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'");

    private Der() {}

    public static byte[] encode(ASN1Object object) {
        try {
            return object.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("what was made here can be encoded", e);
        }
    }

    /** A sequence of what is encoded already. */
    static byte[] sequence(byte[]... parts) {
        return constructed(BERTags.SEQUENCE, parts);
    }

    /** What is encoded already, below an explicit context-specific tag. */
    static byte[] tagged(int tag, byte[] content) {
        return constructed(BERTags.CONTEXT_SPECIFIC | tag, content);
    }

    private static byte[] constructed(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + MAX_HEADER);
        out.write(tag | BERTags.CONSTRUCTED);
        if (length < SHORT_FORM_LIMIT) {
            out.write(length);
        } else {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(SHORT_FORM_LIMIT | octets);
            for (int octet = octets - 1; octet >= 0; octet--) {
                out.write(length >>> (8 * octet));
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** To the second, with two digits for the year until 2049 (RFC 5280 section 4.1.2.5). */
    static byte[] time(Instant instant) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        boolean hasTwoDigits = time.getYear() >= FIRST_UTC_YEAR && time.getYear() < FIRST_GENERALIZED_YEAR;
        byte[] text = (hasTwoDigits ? UTC_TIME : GENERALIZED_TIME).format(time).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 2);
        out.write(hasTwoDigits ? BERTags.UTC_TIME : BERTags.GENERALIZED_TIME);
        out.write(text.length);
        out.writeBytes(text);
        return out.toByteArray();
    }
}

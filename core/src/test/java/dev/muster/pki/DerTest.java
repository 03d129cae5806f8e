package dev.muster.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.Time;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bouncy Castle's own way is the judge. */
class DerTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 120, 127, 128, 250, 255, 256, 65_500, 65_535, 65_536})
    void sequence_hasALengthOfAsFewOctetsAsPossible(int length) throws IOException {
        DEROctetString first = new DEROctetString(new byte[length]);
        DERBitString second = new DERBitString(new byte[] {1});
        DERSequence both = new DERSequence(new DEROctetString[] {first});

        assertThat(Der.sequence(Der.encode(first))).isEqualTo(both.getEncoded(ASN1Encoding.DER));
        assertThat(Der.tagged(3, Der.encode(second)))
                .isEqualTo(new DERTaggedObject(true, 3, second).getEncoded(ASN1Encoding.DER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1950-01-01T00:00:00Z",
                "1999-12-31T23:59:59Z",
                "2026-03-01T09:08:07Z",
                "2049-12-31T23:59:59Z",
                "2050-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z"
            })
    void time_hasTwoDigitsForTheYearUntil2049(String text) throws IOException {
        Instant instant = Instant.parse(text);

        assertThat(Der.time(instant)).isEqualTo(new Time(Date.from(instant)).getEncoded(ASN1Encoding.DER));
    }
}

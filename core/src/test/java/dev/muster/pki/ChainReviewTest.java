package dev.muster.pki;

import static dev.muster.pki.TestAuthority.NOW;
import static dev.muster.pki.TestAuthority.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Explanation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainReviewTest {
    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority plant = root.intermediate("CN=Plant");
    private final Certificate leaf = plant.leaf("CN=device");

    @Test
    void goodChain_hasNothingToRemark() {
        ChainReview review = review(leaf, plant.certificate(), root.certificate());

        assertThat(review.entries())
                .extracting(ChainReview.Entry::role)
                .containsExactly(ChainReview.Role.LEAF, ChainReview.Role.INTERMEDIATE, ChainReview.Role.ROOT);
        assertThat(review.entries())
                .extracting(ChainReview.Entry::issuedBy)
                .containsExactly("certificate 2, CN=Plant", "certificate 3, CN=Root", "itself (self-signed)");
        assertThat(review.entries()).extracting(ChainReview.Entry::key).containsOnly("EC 256 bits");
        assertThat(review.entries()).extracting(ChainReview.Entry::daysLeft).containsOnly(1L);
        assertThat(review.remarks()).isEmpty();
        assertThat(review.refusal()).isEmpty();
    }

    @Test
    void missingIssuer_isNamed() {
        ChainReview review = review(leaf);

        assertThat(review.entries().getFirst().issuedBy()).isEqualTo("CN=Plant, which is not among these");
        assertThat(review.remarks()).singleElement().asString().contains("no certificate named CN=Plant");
        assertThat(review.refusal()).isEmpty();
    }

    @Test
    void leafThatIsNotFirst_isRemarked() {
        assertThat(review(root.certificate(), plant.certificate(), leaf).remarks())
                .anyMatch(remark -> remark.startsWith("The order is wrong"));
    }

    @Test
    void issuersInOtherOrder_areRemarked() {
        assertThat(review(leaf, root.certificate(), plant.certificate()).remarks())
                .singleElement()
                .asString()
                .startsWith("The order is odd");
    }

    @Test
    void unrelatedCertificate_isRemarked() {
        Certificate stranger = TestAuthority.root("CN=Stranger").certificate();

        assertThat(review(leaf, plant.certificate(), root.certificate(), stranger)
                        .remarks())
                .containsExactly("Certificate 4, CN=Stranger, has no part in the chain of CN=device.");
    }

    @Test
    void namesakeIssuer_isUnmasked() {
        Certificate impostor = TestAuthority.root("CN=Plant").certificate();

        assertThat(review(leaf, impostor).entries().getFirst().issuedBy())
                .isEqualTo("CN=Plant, which is not among these; certificate 2 has that name, but the signature does not"
                        + " verify with its key");
    }

    @Test
    void refusal_isTheValidators() {
        Certificate expired =
                plant.issue(draft("CN=device").valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(2))));
        ChainReview review = review(expired, plant.certificate(), root.certificate());

        assertThat(review.entries().getFirst().daysLeft()).isEqualTo(-2);
        assertThat(review.refusal())
                .map(Explanation::rule)
                .hasValueSatisfying(rule -> assertThat(rule).startsWith("it expired on"));
    }

    @Test
    void authoritiesAlone_areJudgedByTheirDates() {
        assertThat(review(root.certificate(), plant.certificate()).refusal()).isEmpty();
        TestAuthority old = TestAuthority.root(
                draft("CN=Old").authority().valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(2))));

        assertThat(review(old.certificate()).refusal())
                .map(Explanation::subject)
                .contains("certificate 1 of 1, CN=Old");
    }

    @Test
    void tooManyCertificates_areRefused() {
        Certificate[] many = new Certificate[11];
        Arrays.fill(many, leaf);

        assertThat(review(many).refusal()).map(Explanation::subject).contains("certificate chain");
    }

    private static ChainReview review(Certificate... certificates) {
        return ChainReview.of(List.of(certificates), NOW);
    }
}

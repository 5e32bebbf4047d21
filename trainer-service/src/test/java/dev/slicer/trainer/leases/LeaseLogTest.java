package dev.slicer.trainer.leases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.TrainingLease;
import dev.slicer.events.TrainingLease.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LeaseLogTest {
    private static final int TTL_SECONDS = 30;

    private final LeaseLog log = new LeaseLog();
    private long offset;

    @Test
    void shouldGrantTheFirstClaimAndRefuseTheSecond() {
        // When
        read(0, "a", Kind.CLAIM);
        read(1, "b", Kind.CLAIM);

        // Then
        assertThat(holder()).isEqualTo("a");
    }

    @Test
    void shouldKeepAJobItsHoldersWhileThatRenews() {
        // When
        read(0, "a", Kind.CLAIM);
        read(29, "a", Kind.RENEW);
        read(58, "b", Kind.CLAIM);

        // Then
        assertThat(holder()).isEqualTo("a");
    }

    @Test
    void shouldGrantAClaimWhenTheHolderHasBeenSilentForItsOwnTimeToLive() {
        // When
        read(0, "a", Kind.CLAIM);
        read(29.999, "b", Kind.CLAIM);
        read(30, "c", Kind.CLAIM);
        read(30, "a", Kind.RENEW);

        // Then
        assertThat(log.of("job")).isInstanceOfSatisfying(Lease.Held.class, held -> {
            assertThat(held.trainerId()).isEqualTo("c");
            assertThat(held.predecessor()).hasValue("a");
        });
    }

    @Test
    void shouldLetALateRenewalCountWhenNobodyAskedInTheMeantime() {
        // When
        read(0, "a", Kind.CLAIM);
        read(45, "a", Kind.RENEW);
        read(50, "b", Kind.CLAIM);

        // Then
        assertThat(holder()).isEqualTo("a");
    }

    @Test
    void shouldFreeAJobForTheNextWhenItIsReleasedByItsHolderAlone() {
        // Given
        read(0, "a", Kind.CLAIM);

        // When
        read(1, "b", Kind.RELEASE);
        assertThat(holder()).isEqualTo("a");
        read(2, "a", Kind.RELEASE);
        assertThat(log.of("job")).isInstanceOf(Lease.Free.class);
        read(3, "b", Kind.CLAIM);

        // Then
        assertThat(log.of("job"))
                .isInstanceOfSatisfying(
                        Lease.Held.class, held -> assertThat(held.predecessor()).isEmpty());
        assertThat(holder()).isEqualTo("b");
    }

    @Test
    void shouldNotReviveAReleasedJobWhenARenewalComesLate() {
        // When
        read(0, "a", Kind.CLAIM);
        read(1, "a", Kind.RELEASE);
        read(2, "a", Kind.RENEW);

        // Then
        assertThat(log.of("job")).isInstanceOf(Lease.Free.class);
    }

    @Test
    void shouldNotRunBackwardsWhenTheBrokersClockDoes() {
        // When
        read(100, "a", Kind.CLAIM);
        read(10, "a", Kind.RENEW);
        read(129, "b", Kind.CLAIM);

        // Then
        assertThat(holder()).isEqualTo("a");
        read(130, "b", Kind.CLAIM);
        assertThat(holder()).isEqualTo("b");
    }

    @Test
    void shouldTakeTheHoldersWordForItWhenTheLogHasLostItsBeginning() {
        // Given
        offset = 1000;

        // When: the refused claim of one trainer, the last word of another that had lost the job, the holder's renewal
        read(0, "late", Kind.CLAIM);
        read(1, "zombie", Kind.RENEW);
        read(2, "a", Kind.RENEW);

        // Then
        assertThat(log.of("job")).isInstanceOf(Lease.Presumed.class);
        assertThat(holder()).isEqualTo("a");
    }

    @Test
    void shouldNotTrustATakeoverWhileTheTrueHolderMayNotHaveBeenHeard() {
        // Given
        offset = 1000;

        // When: the holder, of whom nothing is left, renews only after the claim that it made vain
        read(0, "zombie", Kind.RENEW);
        read(TTL_SECONDS, "late", Kind.CLAIM);
        read(TTL_SECONDS + 1, "a", Kind.RENEW);

        // Then
        assertThat(holder()).isEqualTo("a");
    }

    @Test
    void shouldBeCertainAgainOnceTheLongestLeaseWouldHaveShown() {
        // Given
        offset = 1000;
        readOf("other", 0, "x", Kind.RENEW);

        // When
        read(TrainingLease.MAX_TTL_SECONDS, "b", Kind.CLAIM);
        read(TrainingLease.MAX_TTL_SECONDS + 1, "a", Kind.RENEW);

        // Then
        assertThat(log.of("job")).isInstanceOf(Lease.Held.class);
        assertThat(holder()).isEqualTo("b");
    }

    @Test
    void shouldCountTakeoversSinceTheJobLastGotFurther() {
        // When
        read(0, "a", Kind.CLAIM);
        readStep(10, "a", 100);
        read(40, "b", Kind.CLAIM);
        readStep(50, "b", 90);
        read(80, "c", Kind.CLAIM);

        // Then
        assertThat(attempts()).isEqualTo(new Attempts(2, 100));

        // And when
        readStep(90, "c", 101);
        read(120, "d", Kind.CLAIM);

        // Then
        assertThat(attempts()).isEqualTo(new Attempts(1, 101));

        // And when
        read(130, "d", Kind.RELEASE);
        read(131, "e", Kind.CLAIM);

        // Then
        assertThat(attempts()).isEqualTo(Attempts.NONE);
    }

    private Attempts attempts() {
        return ((Lease.Taken) log.of("job")).attempts();
    }

    private void readStep(double second, String trainer, int step) {
        Instant at = Instant.EPOCH.plusMillis(Math.round(second * 1000));
        log.read(offset++, at, new TrainingLease("job", trainer, Kind.RENEW, TTL_SECONDS, OptionalInt.of(step)));
    }

    @Test
    void shouldRefuseATransitionThatIsNotLegal() {
        Lease.Held held = new Lease.Free().grant("a", Duration.ofSeconds(30), Instant.EPOCH);

        assertThatThrownBy(() -> held.takeOver("b", Duration.ofSeconds(30), Instant.EPOCH.plusSeconds(29)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a holds the job until 1970-01-01T00:00:30Z, b asked at 1970-01-01T00:00:29Z");
    }

    private String holder() {
        return ((Lease.Taken) log.of("job")).trainerId();
    }

    private void read(double second, String trainer, Kind kind) {
        readOf("job", second, trainer, kind);
    }

    private void readOf(String job, double second, String trainer, Kind kind) {
        Instant at = Instant.EPOCH.plusMillis(Math.round(second * 1000));
        log.read(offset++, at, new TrainingLease(job, trainer, kind, TTL_SECONDS));
    }
}

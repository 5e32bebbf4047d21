package dev.slicer.testbroker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OwnerTest {
    @Test
    void shouldKnowFromItsLabelWhetherItStillRuns() throws Exception {
        // Given
        Process process = new ProcessBuilder("sleep", "60").start();
        Owner self = Owner.thisProcess();
        Owner owner = new Owner(
                self.machine(), process.pid(), process.info().startInstant().orElseThrow());
        assertThat(Owner.parse(owner.label()).isGone()).isFalse();

        // When
        process.destroyForcibly().waitFor();

        // Then
        assertThat(Owner.parse(owner.label()).isGone()).isTrue();
        assertThat(Owner.parse(self.label()).isGone()).isFalse();
    }

    @Test
    void shouldTellAnotherProcessOfTheSameIdApart() {
        // Given
        Owner self = Owner.thisProcess();

        // When
        Owner earlier = new Owner(self.machine(), self.pid(), Instant.EPOCH);

        // Then
        assertThat(earlier.isGone()).isTrue();
    }

    @Test
    void shouldLeaveProcessesOfOtherMachinesAlone() {
        assertThat(new Owner("another-machine", 1, Instant.EPOCH).isGone()).isFalse();
    }
}

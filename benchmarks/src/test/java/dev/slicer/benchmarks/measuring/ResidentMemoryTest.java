package dev.slicer.benchmarks.measuring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {

    @Test
    void shouldReadMemoryFromProcStatus() {
        // Given
        List<String> status = List.of(
                "VmPeak:\t 9000 kB",
                "VmHWM:\t  2048 kB",
                "VmRSS:\t  1024 kB",
                "RssAnon:\t   768 kB",
                "RssFile:\t  256 kB");

        // When
        ResidentMemory memory = ResidentMemory.parse(status);

        // Then
        assertThat(memory).isEqualTo(new ResidentMemory(1024 * 1024, 2048 * 1024, 768 * 1024, 256 * 1024));
        assertThat(memory.peakMib()).isEqualTo(2);
    }

    @Test
    void shouldNameTheFieldThatIsMissing() {
        assertThatThrownBy(() -> ResidentMemory.parse(List.of("VmRSS:\t 1024 kB")))
                .hasMessage("no VmHWM: in the process's status");
    }
}

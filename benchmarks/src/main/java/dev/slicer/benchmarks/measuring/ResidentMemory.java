package dev.slicer.benchmarks.measuring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Memory of a process as Linux counts it, in bytes (proc(5), {@code /proc/PID/status}).
 *
 * @param resident all pages in memory
 * @param peak the most that was resident so far
 * @param anonymous the part that belongs to the process alone
 * @param mapped the part that is pages of files, which the system can take back and read again
 */
public record ResidentMemory(long resident, long peak, long anonymous, long mapped) {
    private static final double MIB = 1 << 20;

    /** Empty where there is no Linux. */
    public static Optional<ResidentMemory> of(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        return Files.isReadable(status) ? Optional.of(parse(Files.readAllLines(status))) : Optional.empty();
    }

    static ResidentMemory parse(List<String> status) {
        return new ResidentMemory(
                bytes(status, "VmRSS:"), bytes(status, "VmHWM:"), bytes(status, "RssAnon:"), bytes(status, "RssFile:"));
    }

    /** {@code VmHWM:   123456 kB} in bytes. */
    private static long bytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + field + " in the process's status"));
    }

    public double residentMib() {
        return resident / MIB;
    }

    public double peakMib() {
        return peak / MIB;
    }

    public double anonymousMib() {
        return anonymous / MIB;
    }

    public double mappedMib() {
        return mapped / MIB;
    }
}

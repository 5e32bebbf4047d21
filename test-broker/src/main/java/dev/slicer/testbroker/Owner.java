package dev.slicer.testbroker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/**
 * The process that a container was started for.
 *
 * @param machine its name
 * @param begun when the process began, since ids of processes come again
 */
record Owner(String machine, long pid, Instant begun) {
    /** Of a container. */
    static final String LABEL = "dev.slicer.test-broker.owner";

    static Owner thisProcess() {
        ProcessHandle self = ProcessHandle.current();
        return new Owner(thisMachine(), self.pid(), begin(self));
    }

    static Owner parse(String label) {
        String[] parts = label.split(" ");
        return new Owner(parts[0], Long.parseLong(parts[1]), Instant.parse(parts[2]));
    }

    String label() {
        return machine + " " + pid + " " + begun;
    }

    /** Processes of other machines are not known to be gone. */
    boolean isGone() {
        return machine.equals(thisMachine())
                && ProcessHandle.of(pid)
                        .filter(process -> begin(process).equals(begun))
                        .isEmpty();
    }

    private static Instant begin(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static String thisMachine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}

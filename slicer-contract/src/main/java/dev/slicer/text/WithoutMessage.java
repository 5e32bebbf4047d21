package dev.slicer.text;

import java.util.List;

/**
 * A failure on somebody's text as a log may have it: types and places of it and of its causes. Their messages are left out, since
 * they may quote the text; those stay that cannot, as the virtual machine's, and those of libraries that are given numbers or
 * bytes alone.
 */
public final class WithoutMessage extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_CAUSES = 20;
    private static final List<String> SEE_NO_TEXT = List.of("ai.djl.", "org.apache.kafka.");

    private WithoutMessage(Throwable failure, Throwable cause) {
        super(described(failure), cause, false, true);
        setStackTrace(failure.getStackTrace());
    }

    public static RuntimeException of(Throwable failure) {
        return of(failure, MOST_CAUSES);
    }

    private static WithoutMessage of(Throwable failure, int mostCauses) {
        Throwable cause = failure.getCause();
        return new WithoutMessage(failure, cause == null || mostCauses == 0 ? null : of(cause, mostCauses - 1));
    }

    private static String described(Throwable failure) {
        String type = failure.getClass().getName();
        boolean seesNoText = failure instanceof VirtualMachineError
                || failure instanceof LinkageError
                || SEE_NO_TEXT.stream().anyMatch(type::startsWith);
        return seesNoText && failure.getMessage() != null ? type + ": " + failure.getMessage() : type;
    }

    @Override
    public String toString() {
        return getMessage();
    }
}

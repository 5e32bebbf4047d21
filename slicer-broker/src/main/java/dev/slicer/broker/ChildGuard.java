package dev.slicer.broker;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * First main class of a child JVM: runs another main class and ends the process when standard input closes.
 *
 * <p>The parent holds the other end of that pipe, so the operating system closes it however the parent dies, SIGKILL
 * included; no child is left behind on Linux or macOS.
 */
final class ChildGuard {
    private static final long GRACE_MILLIS = 15_000;

    private ChildGuard() {}

    /** @param arguments name of the main class to run, then its arguments */
    public static void main(String[] arguments) throws Throwable {
        Thread guard = new Thread(ChildGuard::exitWhenParentIsGone, "parent-guard");
        guard.setDaemon(true);
        guard.start();
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException thrownByMain) {
            throw thrownByMain.getCause();
        }
    }

    private static void exitWhenParentIsGone() {
        try {
            while (System.in.read() >= 0) {
                // The parent never writes; whatever arrives is not the end.
            }
        } catch (IOException closed) {
            System.err.println("Standard input failed, taken for the parent's end: " + closed);
        }
        Thread halt = new Thread(ChildGuard::haltAfterGrace, "halt-after-grace");
        halt.setDaemon(true);
        halt.start();
        System.exit(143);
    }

    /** A shutdown hook that hangs must not keep an orphan alive. */
    private static void haltAfterGrace() {
        try {
            Thread.sleep(GRACE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(143);
    }
}

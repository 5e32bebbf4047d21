package dev.slicer.trainer;

import java.nio.file.Path;

/** A trainer that a test can kill. */
public final class TrainerProcess {
    private TrainerProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        TestTrainer.start(arguments[0], Path.of(arguments[1]), arguments[2]);
        Thread.sleep(Long.MAX_VALUE);
    }
}

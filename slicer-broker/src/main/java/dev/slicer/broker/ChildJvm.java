package dev.slicer.broker;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A JVM of its own that runs one main class, writes its output to a file and dies with this process, however this
 * process ends.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Process process;
    private final Path log;
    private final long logStart;

    private ChildJvm(Process process, Path log, long logStart) {
        this.process = process;
        this.log = log;
        this.logStart = logStart;
    }

    /**
     * What to start.
     *
     * @param classPath jars, folders, or {@code folder/*}
     * @param environment added to this process's own
     * @param log receives standard output and error, appended
     * @param workFolder working directory; also receives the guard's class file
     */
    public record Command(
            List<String> jvmOptions,
            List<String> classPath,
            String mainClass,
            List<String> arguments,
            Map<String, String> environment,
            Path log,
            Path workFolder) {
        public Command {
            jvmOptions = List.copyOf(jvmOptions);
            classPath = List.copyOf(classPath);
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }
    }

    /** @throws UncheckedIOException when the process cannot be started or its files not be written */
    public static ChildJvm start(Command command) {
        try {
            Path guard = extractGuard(command.workFolder().resolve("guard"));
            List<String> line = new ArrayList<>();
            line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            line.addAll(command.jvmOptions());
            List<String> classPath = new ArrayList<>(command.classPath());
            classPath.add(guard.toString());
            line.add("-cp");
            line.add(classPath.stream().collect(Collectors.joining(File.pathSeparator)));
            line.add(ChildGuard.class.getName());
            line.add(command.mainClass());
            line.addAll(command.arguments());
            ProcessBuilder builder = new ProcessBuilder(line)
                    .directory(command.workFolder().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(command.log().toFile()));
            builder.environment().putAll(command.environment());
            long logStart = Files.exists(command.log()) ? Files.size(command.log()) : 0;
            return new ChildJvm(builder.start(), command.log(), logStart);
        } catch (IOException cause) {
            throw new UncheckedIOException("cannot start " + command.mainClass() + ": " + cause.getMessage(), cause);
        }
    }

    /** The class files are copied out because this code may run from a class loader whose location is no class path. */
    private static Path extractGuard(Path folder) throws IOException {
        for (Class<?> type : List.of(ChildGuard.class, BrokerMain.class)) {
            String resource = type.getName().replace('.', '/') + ".class";
            Path target = folder.resolve(resource);
            Files.createDirectories(target.getParent());
            try (InputStream bytes = type.getClassLoader().getResourceAsStream(resource)) {
                if (bytes == null) {
                    throw new IOException(resource + " is not on the class path");
                }
                Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return folder;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Exit status of a process that ended. */
    public int exitStatus() {
        return process.exitValue();
    }

    public Path log() {
        return log;
    }

    /** What this process wrote so far. */
    public String output() {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(logStart);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException cause) {
            throw new UncheckedIOException("cannot read " + log, cause);
        }
    }

    /** The last lines of {@link #output()}. */
    public String outputTail(int lines) {
        List<String> all = output().lines().toList();
        return String.join(System.lineSeparator(), all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    /** Stops the process where it is (SIGSTOP), until {@link #resume()}. */
    public void hang() {
        signal("STOP");
    }

    /** Has it go on. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " ended with status " + status);
            }
        } catch (IOException cause) {
            throw new UncheckedIOException("cannot send a signal: " + cause.getMessage(), cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process at once (SIGKILL), as a crash would. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(GRACE);
    }

    /** Asks the process to end (SIGTERM) without waiting for it. */
    public void terminate() {
        process.destroy();
    }

    /** Asks the process to end and kills it when it does not within 15 s. */
    @Override
    public void close() {
        terminate();
        if (!awaitEnd(GRACE)) {
            kill();
        }
    }

    private boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return true;
        }
    }
}

package dev.slicer.cli.demo;

import dev.slicer.broker.LocalBroker;
import dev.slicer.broker.SecuredBroker;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.events.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The processes of the demonstration and their folder. Closing it, or the end of this process, ends and removes all of them. */
final class LocalStack implements AutoCloseable {
    private final RunFolder folder;
    private final List<Service> services = new ArrayList<>();
    private Optional<DemoBroker> broker = Optional.empty();
    private boolean closed;

    LocalStack(RunFolder folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-local-stack"));
    }

    RunFolder folder() {
        return folder;
    }

    /** Starting and registering are one step, so that a Ctrl-C in between cannot leave a process behind. */
    synchronized DemoBroker startBroker() {
        requireOpen();
        DemoBroker started = DemoBroker.open(LocalBroker.start(folder.resolve("broker")));
        broker = Optional.of(started);
        return started;
    }

    /**
     * As {@link #startBroker}, of one that lets in whom it knows, and allows each what it needs.
     *
     * @param topics that are made
     */
    synchronized DemoBroker startLockedBroker(Topics topics) {
        requireOpen();
        SecuredBroker started = SecuredBroker.start(folder.resolve("broker"), Set.copyOf(LockedBroker.users()));
        try {
            DemoBroker locked = LockedBroker.prepare(started, folder.resolve("kafka"), topics);
            broker = Optional.of(locked);
            return locked;
        } catch (RuntimeException failure) {
            started.close();
            throw failure;
        }
    }

    synchronized Service start(Supplier<Service> start) {
        requireOpen();
        Service service = start.get();
        services.add(service);
        return service;
    }

    synchronized void requireAlive() {
        requireOpen();
        services.forEach(Service::requireAlive);
        if (broker.isPresent() && !broker.get().isAlive()) {
            throw new DemoException("the broker ended; see " + broker.get().log());
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new DemoException("the demonstration is being stopped");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        services.forEach(Service::terminate);
        services.forEach(Service::close);
        broker.ifPresent(DemoBroker::close);
        folder.close();
    }
}

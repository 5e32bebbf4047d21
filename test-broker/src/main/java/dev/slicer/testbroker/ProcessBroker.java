package dev.slicer.testbroker;

import dev.slicer.broker.LocalBroker;

/** In a child process of the test's. */
record ProcessBroker(LocalBroker broker) implements TestBroker {
    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public boolean isAlive() {
        return broker.isAlive();
    }

    @Override
    public void kill() {
        broker.kill();
    }

    @Override
    public void hang() {
        broker.hang();
    }

    @Override
    public void resume() {
        broker.resume();
    }

    @Override
    public void restart() {
        broker.restart();
    }

    @Override
    public void close() {
        broker.close();
    }
}

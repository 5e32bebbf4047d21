package dev.slicer.broker;

/** The broker cannot run; the message says why and, where the broker wrote one, ends with the tail of its log. */
public class BrokerException extends RuntimeException {
    public BrokerException(String message) {
        super(message);
    }

    public BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.slicer.kafka.clients;

import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.Right;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Has clients say who was denied what, in whichever of their methods that is. */
final class Naming {
    private Naming() {}

    /** @param tried what all of the client's methods come to */
    static <C> C of(Class<C> type, C client, Denials denials, Right tried) {
        InvocationHandler handler = (proxy, method, arguments) -> call(client, method, arguments, denials, tried);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object client, Method method, Object[] arguments, Denials denials, Right tried)
            throws Throwable {
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException failure ? denials.named(failure, tried) : e.getCause();
        }
    }

    /** What became of a record that was sent. */
    record Sent(Future<RecordMetadata> sent, Denials denials, Right tried) implements Future<RecordMetadata> {
        @Override
        public RecordMetadata get() throws InterruptedException, ExecutionException {
            try {
                return sent.get();
            } catch (ExecutionException e) {
                throw named(e);
            }
        }

        @Override
        public RecordMetadata get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            try {
                return sent.get(timeout, unit);
            } catch (ExecutionException e) {
                throw named(e);
            }
        }

        private ExecutionException named(ExecutionException e) {
            return e.getCause() instanceof RuntimeException failure
                    ? new ExecutionException(denials.named(failure, tried))
                    : e;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return sent.cancel(mayInterruptIfRunning);
        }

        @Override
        public boolean isCancelled() {
            return sent.isCancelled();
        }

        @Override
        public boolean isDone() {
            return sent.isDone();
        }
    }
}

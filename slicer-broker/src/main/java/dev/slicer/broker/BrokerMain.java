package dev.slicer.broker;

import java.io.PrintStream;
import java.lang.reflect.Method;

/** Main class inside the broker's process: formats the data folder where that is still to do, then runs Kafka. */
public final class BrokerMain {
    private BrokerMain() {}

    /** @param arguments {@code server.properties}, cluster id */
    public static void main(String[] arguments) throws Throwable {
        String configuration = arguments[0];
        String clusterId = arguments[1];
        // By reflection, since Kafka's jars are on this process's class path only.
        Method format =
                Class.forName("kafka.tools.StorageTool").getMethod("execute", String[].class, PrintStream.class);
        String[] formatArguments = {"format", "--ignore-formatted", "--config", configuration, "--cluster-id", clusterId
        };
        Object status = format.invoke(null, formatArguments, System.out);
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("formatting the data folder ended with status " + status);
        }
        Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, (Object)
                new String[] {configuration});
    }
}

package dev.slicer.broker;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Main class inside the broker's process: formats the data folder where that is still to do, then runs Kafka. */
public final class BrokerMain {
    private BrokerMain() {}

    /**
     * @param arguments {@code server.properties}, cluster id, and where there are some, a file with more arguments of the
     *     formatting, one a line: they may be secrets, and everybody on the machine sees a process's arguments
     */
    public static void main(String[] arguments) throws Throwable {
        String configuration = arguments[0];
        String clusterId = arguments[1];
        // By reflection, since Kafka's jars are on this process's class path only.
        Method format =
                Class.forName("kafka.tools.StorageTool").getMethod("execute", String[].class, PrintStream.class);
        List<String> formatArguments = new ArrayList<>(
                List.of("format", "--ignore-formatted", "--config", configuration, "--cluster-id", clusterId));
        if (arguments.length > 2) {
            formatArguments.addAll(Files.readAllLines(Path.of(arguments[2])));
        }
        Object status = format.invoke(null, formatArguments.toArray(new String[0]), System.out);
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("formatting the data folder ended with status " + status);
        }
        Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, (Object)
                new String[] {configuration});
    }
}

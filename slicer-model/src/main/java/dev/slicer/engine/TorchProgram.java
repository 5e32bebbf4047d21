package dev.slicer.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The TorchScript program of {@code program.torchscript}, loaded. It holds no weights: callers pass every tensor, so one
 * program serves any number of models and threads.
 */
public final class TorchProgram implements AutoCloseable {
    private static final String ENGINE = "PyTorch";
    /** Read by calls, written once by the process's end. */
    private static final ReadWriteLock EXIT = new ReentrantReadWriteLock(true);

    private final Model model;
    private final PtSymbolBlock block;
    private final NDManager manager;

    private TorchProgram(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
        this.manager = model.getNDManager();
    }

    /** Loads the program for the device and sets the number of threads of the process's matrix products. */
    public static TorchProgram load(EngineOptions options) {
        Device device = options.gpu().isPresent() ? Device.gpu(options.gpu().getAsInt()) : Device.cpu();
        Model model = Model.newInstance("slicer", device, ENGINE);
        try {
            model.load(TorchScriptArchive.of(text()));
        } catch (IOException | MalformedModelException e) {
            model.close();
            throw new IllegalStateException("program.torchscript does not load: " + e.getMessage(), e);
        }
        options.threads().ifPresent(JniUtils::setNumThreads);
        return new TorchProgram(model);
    }

    private static String text() {
        try (InputStream in = TorchProgram.class.getResourceAsStream("program.torchscript")) {
            return new String(Objects.requireNonNull(in, "program.torchscript").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A manager on the program's device whose tensors are freed when it is closed. */
    public NDManager newScope() {
        return manager.newSubManager();
    }

    /**
     * Has the process's end, as by Ctrl-C, wait for the calls at hand: PyTorch's libraries take themselves apart when the
     * process exits, and a thread that is still computing in them would crash it. Later calls never return. For programs
     * without an orderly shutdown of their own.
     */
    public static void finishCallsAtExit() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                // Not more than a few calls' time: who asks a process to end wants it to end.
                                EXIT.writeLock().tryLock(20, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "finish-calls"));
    }

    /**
     * Does something of many calls that the process's end waits for as for one, see {@link #finishCallsAtExit}: for work that
     * comes to an orderly end of its own when the process is asked to end. Between its calls it would be held up otherwise.
     */
    public static <T> T asOneCall(Supplier<T> work) {
        EXIT.readLock().lock();
        try {
            return work.get();
        } finally {
            EXIT.readLock().unlock();
        }
    }

    /** Seeds PyTorch's random numbers, for the whole process: dropout draws from them. */
    public void seed(long seed) {
        JniUtils.setSeed(seed);
    }

    /** Runs something with matrix products on the calling thread alone. */
    <T> T onOneThread(Supplier<T> action) {
        int threads = JniUtils.getNumThreads();
        JniUtils.setNumThreads(1);
        try {
            return action.get();
        } finally {
            JniUtils.setNumThreads(threads);
        }
    }

    /** An argument of a method: one tensor, or a list of tensors. */
    public sealed interface Argument {
        static Argument of(NDArray array) {
            return new One(array);
        }

        static Argument of(List<NDArray> arrays) {
            return new Many(arrays);
        }
    }

    private record One(NDArray array) implements Argument {}

    private record Many(List<NDArray> arrays) implements Argument {}

    /**
     * Calls a method of the program.
     *
     * @param scope owns the results
     * @param gradients whether the method differentiates; without, it runs in PyTorch's inference mode
     */
    public NDList call(NDManager scope, String method, boolean gradients, Argument... arguments) {
        NDList inputs = new NDList();
        NDArray marker = scope.create(0f);
        marker.setName("module_method:" + method);
        inputs.add(marker);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof One one) {
                name(one.array(), null);
                inputs.add(one.array());
            } else if (arguments[i] instanceof Many many) {
                // DJL makes one list argument of consecutive tensors that share a name of this form.
                String name = "list" + i + "[]";
                for (NDArray array : many.arrays()) {
                    name(array, name);
                    inputs.add(array);
                }
            }
        }
        EXIT.readLock().lock();
        try {
            return run(inputs, gradients);
        } finally {
            EXIT.readLock().unlock();
        }
    }

    private NDList run(NDList inputs, boolean gradients) {
        // Operators run one by one as written: the profiling executor would specialise to each batch's shape. The
        // setting belongs to the calling thread.
        JniUtils.setGraphExecutorOptimize(false);
        // So does this one, which DJL leaves off.
        JniUtils.setGradMode(gradients);
        return IValueUtils.forward(block, inputs, gradients);
    }

    /** Weights are shared by threads: they are written to only when the name differs, which for them is once. */
    private static void name(NDArray array, String name) {
        if (!Objects.equals(array.getName(), name)) {
            array.setName(name);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}

package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run's private directory, and the promise that nothing of the run outlives it for long.
 *
 * <p>Everything a run makes lies in here: its files, the places it mounts on, the files behind its
 * loop devices, notes of its daemons. So all of it can be found again and taken away: when the run
 * closes its workspace; by a shutdown hook when it is interrupted (SIGINT, SIGTERM); and, when it
 * was killed, by the next run that opens a workspace below the same parent. The directory's name
 * holds the owner's pid and start time, and a file in it is locked by the owner ({@link RunLock}),
 * so a run that still lives is never touched, not even by one in another pid namespace.
 */
public final class Workspace implements AutoCloseable {

  /**
   * An environment variable that a program may carry from its start, with its own pid and start
   * time (field 22 of /proc/PID/stat) as {@code PID-STARTTIME}: its children inherit it, and those
   * that are left running when it is killed are then known for what they are.
   */
  public static final String PROCESS_VARIABLE = "CONTAINER_SNAP_PROCESS";

  private static final Logger LOG = LoggerFactory.getLogger(Workspace.class);
  private static final Pattern RUN = Pattern.compile("run-(\\d{1,18})-(\\d{1,18})-[0-9a-f]{8}");
  private static final String SWEEP_LOCK = ".sweep.lock";

  /** File locks are held by the whole JVM; among its threads this one decides. */
  private static final ReentrantLock ONE_SWEEP_AT_A_TIME = new ReentrantLock();

  private static final Random RANDOM = new Random();

  private final Path directory;
  private final RunLock lock;
  private final ProcessIdentity owner;
  private final Runnable awaitEndOfWork;
  private final Thread shutdownHook;
  private final AtomicInteger names = new AtomicInteger();
  private boolean closed;

  private Workspace(Path directory, RunLock lock, ProcessIdentity owner, Runnable awaitEndOfWork) {
    this.directory = directory;
    this.lock = lock;
    this.owner = owner;
    this.awaitEndOfWork = awaitEndOfWork;
    this.shutdownHook =
        Thread.ofPlatform().name("clean-up " + directory).unstarted(this::atShutdown);
  }

  /**
   * Sweeps what dead runs left below {@code parent}, then makes a directory for this run.
   *
   * @param parent made if it does not exist
   * @throws UncheckedIOException if no directory can be made
   */
  public static Workspace open(Path parent) {
    return open(parent, () -> {});
  }

  /**
   * As {@link #open(Path)}, for a run that stops its own work when it is interrupted.
   *
   * @param awaitEndOfWork called when the JVM goes down; returns when nobody works in the directory
   *     any more, or when it is pointless to wait longer. What is left then is taken away
   */
  public static Workspace open(Path parent, Runnable awaitEndOfWork) {
    sweep(parent).forEach(removed -> LOG.info("From a run that died: {}", removed));
    ProcessIdentity owner = ProcessIdentity.own();
    String name =
        "run-%d-%d-%s"
            .formatted(
                owner.pid(), owner.startTime(), HexFormat.of().toHexDigits(RANDOM.nextInt()));
    try {
      Path directory = Files.createDirectories(parent).toRealPath().resolve(name);
      RunLock lock = whileNobodySweeps(parent, () -> locked(directory));
      Workspace workspace = new Workspace(directory, lock, owner, awaitEndOfWork);
      Runtime.getRuntime().addShutdownHook(workspace.shutdownHook);
      return workspace;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a directory for this run in " + parent, e);
    }
  }

  /**
   * Takes away what dead runs left below {@code parent}: their daemons, mounts, loop devices and
   * files.
   *
   * @return what was taken away, in words; what withstood is told as well, beginning with {@code
   *     left behind}, and does not stop the caller
   */
  public static List<String> sweep(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try {
      return whileNobodySweeps(
          parent, () -> deadRuns(parent.toRealPath()).stream().flatMap(Workspace::swept).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot sweep " + parent, e);
    }
  }

  /**
   * Makes the directory of a run, and locks it. If this process dies within it, a sweep removes it.
   */
  private static RunLock locked(Path directory) throws IOException {
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectory(directory.resolve(RunLeftovers.DAEMONS));
    return RunLock.take(directory);
  }

  /** What is not to meet a sweep, such as another sweep. */
  private interface Undisturbed<T> {
    T done() throws IOException;
  }

  private static <T> T whileNobodySweeps(Path parent, Undisturbed<T> work) throws IOException {
    ONE_SWEEP_AT_A_TIME.lock();
    try (FileChannel file =
            FileChannel.open(
                parent.resolve(SWEEP_LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      return work.done();
    } finally {
      ONE_SWEEP_AT_A_TIME.unlock();
    }
  }

  private static List<Path> deadRuns(Path parent) throws IOException {
    List<Path> dead = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, "run-*")) {
      for (Path directory : directories) {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
            && owner(directory).filter(owner -> !owner.alive()).isPresent()
            && !RunLock.isHeld(directory)) {
          dead.add(directory);
        }
      }
    }
    return dead;
  }

  /** The process that made the run directory; empty if the directory is none of ours. */
  private static Optional<ProcessIdentity> owner(Path directory) {
    Matcher name = RUN.matcher(directory.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new ProcessIdentity(Long.parseLong(name.group(1)), Long.parseLong(name.group(2))))
        : Optional.empty();
  }

  private static Stream<String> swept(Path directory) {
    RunLeftovers remains = new RunLeftovers(directory);
    owner(directory).ifPresent(remains::killOrphans);
    remains.remove();
    return Stream.concat(
        remains.removed().stream(), remains.left().stream().map(left -> "left behind: " + left));
  }

  /** The run's directory: absolute, without symbolic links, for its owner only. */
  public Path directory() {
    return directory;
  }

  /**
   * A path directly within the run's directory.
   *
   * @throws IllegalArgumentException if the name would lead anywhere else
   */
  public Path file(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
      throw new IllegalArgumentException("'%s' is no name of a file".formatted(name));
    }
    return directory.resolve(name);
  }

  /**
   * The value of {@link #PROCESS_VARIABLE} by which a sweep knows the processes of this run, if it
   * was killed: for those that others start for it, and that inherit no environment.
   */
  public String processMark() {
    return "%d-%d".formatted(owner.pid(), owner.startTime());
  }

  /** A name that no other part of this run has been given. */
  public String uniqueName(String kind) {
    return kind + "-" + names.incrementAndGet();
  }

  /**
   * Starts a daemon that ends with this run at the latest.
   *
   * <p>Its pid and start time are noted in the workspace <em>before</em> the program runs (a shell
   * writes them and becomes the program), so there is no moment at which a kill of this run leaves
   * a daemon without a note. It gets a session of its own: Ctrl-C in a terminal reaches this run
   * only, which then ends its daemons in order.
   *
   * @param name of the daemon's note and of its log; unique within the workspace
   * @param command the program and its arguments
   * @return the process; what it prints goes to {@code NAME.output} in the workspace
   */
  public Process startDaemon(String name, List<String> command) {
    Path output = file(name + ".output");
    Path note = file(RunLeftovers.DAEMONS).resolve(name);
    String noteAndBecome =
        "read -r line < /proc/$$/stat && echo \"$line\" > \"$0\" && exec setsid \"$@\"";
    try {
      return ExternalCommand.of("sh", "-c", noteAndBecome, note)
          .with(command.toArray())
          .processBuilder()
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + String.join(" ", command), e);
    }
  }

  /**
   * Takes away all that this run made. If something withstands, closing can be tried again; else
   * the shutdown hook tries, and after it the next run's sweep.
   *
   * @throws IllegalStateException if something withstood; it lists what, and by whom it is held
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    List<String> left = takeAway();
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "The run in %s could not take away all that it made: %s"
              .formatted(directory, String.join("; ", left)));
    }
    closed = true;
    giveUpLock();
    forgetShutdownHook();
  }

  private void giveUpLock() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the lock of " + directory, e);
    }
  }

  private List<String> takeAway() {
    RunLeftovers remains = new RunLeftovers(directory);
    remains.remove();
    return remains.left();
  }

  private void forgetShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException _) {
      LOG.debug("{} is closed while the JVM goes down; its hook finds nothing left", directory);
    }
  }

  private void atShutdown() {
    awaitEndOfWork.run();
    // What others started for this run, such as the programs in containers: no note tells of them.
    new RunLeftovers(directory).killOrphans(owner);
    takeAway().forEach(left -> LOG.error("Left behind by {}: {}", directory, left));
  }
}

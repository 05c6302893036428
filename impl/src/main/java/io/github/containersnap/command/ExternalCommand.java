package io.github.containersnap.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.PumpStreamHandler;

/**
 * One external command, ready to run: no shell, arguments passed as they are, and the environment
 * and search path of {@link ChildEnvironment}, never the caller's.
 *
 * @param arguments the program and its arguments
 * @param environment variables set on top of {@link ChildEnvironment}
 * @param directory the working directory, or empty for this process's own
 * @param standardInput what the command reads on standard input, as UTF-8
 */
public record ExternalCommand(
    List<String> arguments,
    Map<String, String> environment,
    Optional<Path> directory,
    String standardInput) {

  /** setpriv(1) sets PR_SET_PDEATHSIG of prctl(2) and becomes the program. */
  private static final List<String> TIED = List.of("setpriv", "--pdeathsig", "KILL", "--");

  public ExternalCommand {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** A command of the given program and arguments; each argument is its {@code toString()}. */
  public static ExternalCommand of(Object... arguments) {
    return new ExternalCommand(
        Stream.of(arguments).map(Object::toString).toList(), Map.of(), Optional.empty(), "");
  }

  /** The same command with more arguments at its end. */
  public ExternalCommand with(Object... more) {
    List<String> all =
        Stream.concat(arguments.stream(), Stream.of(more).map(Object::toString)).toList();
    return new ExternalCommand(all, environment, directory, standardInput);
  }

  /**
   * The same command, killed by the kernel when this process dies, however it dies. For commands
   * that change what a lock of this process guards: they must not go on when it is released.
   */
  public ExternalCommand endingWithThisProcess() {
    List<String> all = Stream.concat(TIED.stream(), arguments.stream()).toList();
    return new ExternalCommand(all, environment, directory, standardInput);
  }

  /** The same command with one more environment variable. */
  public ExternalCommand withEnvironment(String name, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(name, value);
    return new ExternalCommand(arguments, all, directory, standardInput);
  }

  /**
   * The same command with a variable of the caller's, if it is set, that this command needs too.
   */
  public ExternalCommand passing(String name) {
    return Optional.ofNullable(System.getenv(name))
        .map(value -> withEnvironment(name, value))
        .orElse(this);
  }

  /** The same command, started in {@code workingDirectory}. */
  public ExternalCommand in(Path workingDirectory) {
    return new ExternalCommand(
        arguments, environment, Optional.of(workingDirectory), standardInput);
  }

  /** The same command, reading {@code text} on its standard input. */
  public ExternalCommand reading(String text) {
    return new ExternalCommand(arguments, environment, directory, text);
  }

  /**
   * Runs the command to its end.
   *
   * @throws CommandFailedException if it cannot be started or ends with another status than 0
   */
  public CommandOutput run() {
    CommandOutput output = runAnyStatus();
    if (!output.succeeded()) {
      throw new CommandFailedException(commandLine(), output);
    }
    return output;
  }

  /**
   * Runs the command to its end, whatever its exit status.
   *
   * @throws CommandFailedException if it cannot be started
   */
  public CommandOutput runAnyStatus() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    int exitCode = execute(out, error, Optional.empty());
    return new CommandOutput(exitCode, out.toByteArray(), error.toString(StandardCharsets.UTF_8));
  }

  /**
   * Runs the command to its end, which is made when it stalls: when for all of {@code patience} it
   * and the processes below it together read and write less than 64 bytes a second, and none waits
   * for a disk. For commands that wait for somebody else's computer, which may never answer.
   *
   * @throws CommandStalledException if it stalls; it and all below it have been killed
   * @throws CommandFailedException if it cannot be started or ends with another status than 0
   */
  public CommandOutput runUnlessStalled(Duration patience) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    StallWatch watch = new StallWatch(patience);
    int exitCode = execute(out, error, Optional.of(watch));
    String standardError = error.toString(StandardCharsets.UTF_8);
    if (watch.killedProcess()) {
      throw new CommandStalledException(commandLine(), patience, standardError);
    }
    CommandOutput output = new CommandOutput(exitCode, out.toByteArray(), standardError);
    if (!output.succeeded()) {
      throw new CommandFailedException(commandLine(), output);
    }
    return output;
  }

  /**
   * Runs the command to its end with standard output going to {@code out} as it comes.
   *
   * @throws CommandFailedException if it cannot be started or ends with another status than 0
   */
  public void runInto(OutputStream out) {
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    int exitCode = execute(out, error, Optional.empty());
    if (exitCode != 0) {
      throw new CommandFailedException(
          commandLine(),
          new CommandOutput(exitCode, new byte[0], error.toString(StandardCharsets.UTF_8)));
    }
  }

  /**
   * The same command, not started, for callers that read its output or watch it as it runs. Its
   * standard input is not {@code standardInput}: that is the caller's to write.
   *
   * @throws CommandFailedException if there is no such program
   */
  public ProcessBuilder processBuilder() {
    List<String> line = new ArrayList<>(arguments);
    line.set(0, program().toString());
    ProcessBuilder builder = new ProcessBuilder(line);
    directory.ifPresent(workingDirectory -> builder.directory(workingDirectory.toFile()));
    builder.environment().clear();
    builder.environment().putAll(wholeEnvironment());
    return builder;
  }

  /** The JDK would look for it on the PATH that this process was started with. */
  private Path program() {
    return ChildEnvironment.find(arguments.getFirst())
        .orElseThrow(
            () ->
                new CommandFailedException(
                    commandLine(),
                    new IOException(
                        "there is no program %s in %s"
                            .formatted(arguments.getFirst(), ChildEnvironment.SEARCH_PATH))));
  }

  private Map<String, String> wholeEnvironment() {
    Map<String, String> all = new HashMap<>(ChildEnvironment.get());
    all.putAll(environment);
    return all;
  }

  private int execute(OutputStream out, OutputStream error, Optional<StallWatch> watch) {
    CommandLine line = new CommandLine(program().toString());
    arguments.stream().skip(1).forEach(argument -> line.addArgument(argument, false));
    DefaultExecutor.Builder<?> builder =
        DefaultExecutor.builder()
            .setExecuteStreamHandler(
                new PumpStreamHandler(
                    out,
                    error,
                    new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8))));
    directory.ifPresent(builder::setWorkingDirectory);
    DefaultExecutor executor = builder.get();
    executor.setExitValues(null);
    watch.ifPresent(executor::setWatchdog);
    try {
      return executor.execute(line, wholeEnvironment());
    } catch (IOException e) {
      throw new CommandFailedException(commandLine(), e);
    }
  }

  /** The command as a person would type it. */
  public String commandLine() {
    boolean tied = arguments.size() > TIED.size() && arguments.subList(0, TIED.size()).equals(TIED);
    return arguments.stream()
        .skip(tied ? TIED.size() : 0)
        .map(ExternalCommand::quoted)
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9@%+=:,./_-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}

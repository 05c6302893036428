package io.github.containersnap.harness.grub;

import io.github.containersnap.harness.grub.GrubScript.Branch;
import io.github.containersnap.harness.grub.GrubScript.Part;
import io.github.containersnap.harness.grub.GrubScript.Statement;
import io.github.containersnap.harness.grub.GrubScript.Word;
import io.github.containersnap.harness.grub.PowerOn.Choice;
import io.github.containersnap.harness.grub.PowerOn.GrubStart;
import io.github.containersnap.harness.grub.PowerOn.GrubStuck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * GRUB from the moment it starts to the kernel that it starts. What it writes, it writes to its
 * disk, so powering on again and again shows what unblessed boots in a row do.
 *
 * @param disk what it reads and writes
 * @param ownDevice the device that it was started from, its first {@code root}
 * @param builtIn the configuration in its binary
 */
public record Grub(GrubDisk disk, String ownDevice, GrubScript builtIn) {
  /** Starts GRUB once, as the power button does, without any key pressed. */
  public PowerOn powerOn() {
    return new Run().powerOn();
  }

  /** What the next boots start, if none of them is blessed. */
  public List<PowerOn> unblessedBoots(int boots) {
    List<PowerOn> all = new ArrayList<>();
    for (int i = 0; i < boots; i++) {
      all.add(powerOn());
    }
    return List.copyOf(all);
  }

  private record Entry(String title, String id, List<Statement> body) {}

  private record File(String device, String path) {}

  private record Kernel(String device, String path, List<String> arguments) {}

  private final class Run {
    private Map<String, String> variables = new TreeMap<>();
    private final Set<String> exported = new TreeSet<>(Set.of("root"));
    private final List<Entry> menu = new ArrayList<>();
    private boolean menuRead;
    private int brokenLine;
    private String lastError = "";
    private Optional<Kernel> kernel = Optional.empty();
    private Optional<String> initrd = Optional.empty();

    PowerOn powerOn() {
      variables.put("root", ownDevice);
      run(builtIn.statements());
      if (!menuRead || menu.isEmpty()) {
        return new GrubStuck(
            "the menu has no entry" + (lastError.isEmpty() ? "" : ": " + lastError));
      }
      long timeout = number(variables.getOrDefault("timeout", "-1"));
      if (timeout < 0) {
        return new GrubStuck("the menu waits for a person: its timeout is " + timeout);
      }
      Optional<PowerOn> started =
          start(index(variables.getOrDefault("default", "0")).orElse(0), Choice.DEFAULT, timeout);
      while (started.isEmpty() && !variables.getOrDefault("fallback", "").isBlank()) {
        String[] all = variables.getOrDefault("fallback", "").strip().split("\\s+", 2);
        variables.put("fallback", all.length > 1 ? all[1] : "");
        started = index(all[0]).flatMap(entry -> start(entry, Choice.FALLBACK, timeout));
      }
      return started.orElseGet(() -> new GrubStuck("no entry can be loaded: " + lastError));
    }

    /** A number, or an entry's id or title; empty if the menu has none of that name. */
    private Optional<Integer> index(String name) {
      for (int i = 0; i < menu.size(); i++) {
        boolean named = menu.get(i).id().equals(name) || menu.get(i).title().equals(name);
        if (named || name.equals(Integer.toString(i))) {
          return Optional.of(i);
        }
      }
      return Optional.empty();
    }

    /**
     * GRUB prints the error of each command and forgets it. An entry is started if a kernel is
     * loaded at its end, even without the initrd that it names.
     */
    private Optional<PowerOn> start(int index, Choice choice, long timeout) {
      Entry entry = menu.get(index);
      kernel = Optional.empty();
      initrd = Optional.empty();
      run(entry.body());
      return kernel.map(
          it ->
              new GrubStart(
                  index,
                  entry.id(),
                  entry.title(),
                  choice,
                  it.device(),
                  it.path(),
                  initrd,
                  it.arguments(),
                  timeout));
    }

    private boolean run(List<Statement> statements) {
      boolean succeeded = true;
      for (Statement statement : statements) {
        succeeded =
            switch (statement) {
              case Statement.Command command -> command(command);
              case Statement.If choice -> choose(choice);
              case Statement.MenuEntry entry -> addEntry(entry);
            };
      }
      return succeeded;
    }

    private boolean choose(Statement.If choice) {
      for (Branch branch : choice.branches()) {
        if (run(branch.condition())) {
          return run(branch.body());
        }
      }
      return run(choice.otherwise());
    }

    private boolean addEntry(Statement.MenuEntry entry) {
      List<String> words = new ArrayList<>(expand(entry.words()));
      words.removeFirst();
      int option = words.indexOf("--id");
      int line = entry.words().getFirst().line();
      String id = "";
      if (option >= 0 && option + 1 < words.size()) {
        id = words.remove(option + 1);
        words.remove(option);
      }
      if (words.size() != 1 || words.getFirst().startsWith("-")) {
        throw new GrubSyntaxException(line, "menuentry", "arguments are not known: " + words);
      }
      menu.add(new Entry(words.getFirst(), id.isEmpty() ? words.getFirst() : id, entry.body()));
      return true;
    }

    private List<String> expand(List<Word> words) {
      return words.stream().flatMap(word -> expand(word).stream()).toList();
    }

    /** An unquoted variable may become no word, or several; a quoted one stays in its word. */
    private List<String> expand(Word word) {
      List<String> done = new ArrayList<>();
      StringBuilder current = new StringBuilder();
      boolean begun = false;
      for (Part part : word.parts()) {
        String value = part.variable() ? variables.getOrDefault(part.text(), "") : part.text();
        if (!part.variable() || part.quoted()) {
          current.append(value);
          begun = true;
          continue;
        }
        for (int i = 0; i < value.length(); i++) {
          char c = value.charAt(i);
          if (c != ' ' && c != '\t') {
            current.append(c);
            begun = true;
          } else if (begun) {
            done.add(current.toString());
            current.setLength(0);
            begun = false;
          }
        }
      }
      if (begun) {
        done.add(current.toString());
      }
      return done;
    }

    private boolean command(Statement.Command command) {
      int line = command.words().getFirst().line();
      List<String> words = expand(command.words());
      if (words.isEmpty()) {
        return true;
      }
      try {
        return command(line, words);
      } catch (GrubSyntaxException unknown) {
        if (line == brokenLine) {
          return fail("a broken line: " + words);
        }
        throw unknown;
      }
    }

    private boolean command(int line, List<String> words) {
      List<String> arguments = words.subList(1, words.size());
      return switch (words.getFirst()) {
        case "set" -> set(line, arguments);
        case "export" -> export(arguments);
        case "true", "echo" -> true;
        case "false" -> false;
        case "[" -> test(line, arguments);
        case "search" -> search(line, arguments);
        case "load_env" -> loadEnvironment(line, arguments);
        case "save_env" -> saveEnvironment(line, arguments);
        case "linux" -> linux(line, arguments);
        case "initrd" -> initrd(line, arguments);
        case "source" -> source(line, arguments);
        case "configfile" -> configure(line, arguments);
        default -> throw new GrubSyntaxException(line, words.getFirst(), "an unknown command");
      };
    }

    private boolean export(List<String> names) {
      exported.addAll(names);
      return true;
    }

    private boolean set(int line, List<String> arguments) {
      int equals = arguments.size() == 1 ? arguments.getFirst().indexOf('=') : -1;
      if (equals <= 0) {
        throw new GrubSyntaxException(line, "set", "arguments are not known: " + arguments);
      }
      String argument = arguments.getFirst();
      variables.put(argument.substring(0, equals), argument.substring(equals + 1));
      return true;
    }

    private boolean test(int line, List<String> arguments) {
      if (arguments.size() == 4 && arguments.getLast().equals("]")) {
        String left = arguments.getFirst();
        String right = arguments.get(2);
        switch (arguments.get(1)) {
          case "=", "==" -> {
            return left.equals(right);
          }
          case "!=" -> {
            return !left.equals(right);
          }
          default -> {}
        }
      }
      if (arguments.size() == 3 && arguments.getLast().equals("]")) {
        switch (arguments.getFirst()) {
          case "-z" -> {
            return arguments.get(1).isEmpty();
          }
          case "-n" -> {
            return !arguments.get(1).isEmpty();
          }
          case "-f" -> {
            File file = file(line, arguments.get(1));
            return disk.exists(file.device(), file.path()) || fail("no file " + file.path());
          }
          default -> {}
        }
      }
      throw new GrubSyntaxException(line, "[", "a test that is not known: " + arguments);
    }

    private boolean search(int line, List<String> arguments) {
      Optional<String> into = Optional.empty();
      boolean byLabel = false;
      boolean byUuid = false;
      Optional<String> name = Optional.empty();
      for (String argument : arguments) {
        if (argument.equals("--set") || argument.startsWith("--set=")) {
          into = Optional.of(argument.equals("--set") ? "root" : argument.substring(6));
        } else if (argument.equals("--label")) {
          byLabel = true;
        } else if (argument.equals("--fs-uuid")) {
          byUuid = true;
        } else if (!argument.equals("--no-floppy")) {
          if (argument.startsWith("-") || name.isPresent()) {
            throw new GrubSyntaxException(line, argument, "an unknown argument of search");
          }
          name = Optional.of(argument);
        }
      }
      if (into.isEmpty() || name.isEmpty() || byLabel == byUuid) {
        throw new GrubSyntaxException(line, "search", "arguments are not known: " + arguments);
      }
      Optional<String> device =
          byUuid ? disk.deviceByUuid(name.get()) : disk.deviceByLabel(name.get());
      if (device.isEmpty()) {
        return fail("no such device: " + name.get());
      }
      variables.put(into.get(), device.get());
      return true;
    }

    private boolean fail(String why) {
      lastError = why;
      return false;
    }

    private File file(int line, String name) {
      int close = name.indexOf(')');
      boolean ofDevice = name.startsWith("(") && close > 0;
      String path = ofDevice ? name.substring(close + 1) : name;
      if (!path.startsWith("/")) {
        throw new GrubSyntaxException(line, name, "not a path from the top level");
      }
      String device =
          ofDevice ? name.substring(1, close) : variables.getOrDefault("root", ownDevice);
      return new File(device, path);
    }

    private File environmentFile(int line, List<String> arguments) {
      if (arguments.size() < 2 || !arguments.getFirst().equals("--file")) {
        throw new GrubSyntaxException(line, "--file", "is missing: " + arguments);
      }
      return file(line, arguments.get(1));
    }

    private Optional<EnvironmentBlock> environment(File file) {
      return disk.read(file.device(), file.path()).flatMap(EnvironmentBlock::read);
    }

    private boolean loadEnvironment(int line, List<String> arguments) {
      Optional<EnvironmentBlock> block = environment(environmentFile(line, arguments));
      if (block.isEmpty()) {
        return fail("no environment block: " + arguments.get(1));
      }
      List<String> wanted = arguments.subList(2, arguments.size());
      block.get().variables().entrySet().stream()
          .filter(it -> wanted.isEmpty() || wanted.contains(it.getKey()))
          .forEach(it -> variables.put(it.getKey(), it.getValue()));
      return true;
    }

    private boolean saveEnvironment(int line, List<String> arguments) {
      File file = environmentFile(line, arguments);
      Optional<EnvironmentBlock> block = environment(file);
      if (block.isEmpty()) {
        return fail("no environment block: " + arguments.get(1));
      }
      Map<String, String> saved = new LinkedHashMap<>();
      for (String name : arguments.subList(2, arguments.size())) {
        Optional.ofNullable(variables.get(name)).ifPresent(value -> saved.put(name, value));
      }
      return block
              .get()
              .with(saved)
              .content()
              .filter(content -> disk.overwrite(file.device(), file.path(), content))
              .isPresent()
          || fail("cannot write " + arguments.get(1));
    }

    private boolean linux(int line, List<String> arguments) {
      kernel = Optional.empty();
      initrd = Optional.empty();
      if (arguments.isEmpty()) {
        return fail("linux names no file");
      }
      File file = file(line, arguments.getFirst());
      if (!disk.isKernel(file.device(), file.path())) {
        return fail("cannot load the kernel " + file.path());
      }
      List<String> told = List.copyOf(arguments.subList(1, arguments.size()));
      kernel = Optional.of(new Kernel(file.device(), file.path(), told));
      return true;
    }

    private boolean initrd(int line, List<String> arguments) {
      if (arguments.size() != 1) {
        throw new GrubSyntaxException(line, "initrd", "not one file: " + arguments);
      }
      if (kernel.isEmpty()) {
        return fail(lastError.isEmpty() ? "no kernel is loaded" : lastError);
      }
      File file = file(line, arguments.getFirst());
      if (!disk.exists(file.device(), file.path())) {
        return fail("cannot load the initrd " + file.path());
      }
      initrd = Optional.of(file.path());
      return true;
    }

    private boolean source(int line, List<String> arguments) {
      if (arguments.size() != 1) {
        throw new GrubSyntaxException(line, "source", "not one file: " + arguments);
      }
      File file = file(line, arguments.getFirst());
      Optional<byte[]> text = disk.read(file.device(), file.path());
      if (text.isEmpty()) {
        return fail("cannot read " + file.path());
      }
      GrubScript script = GrubScript.parse(new String(text.get(), StandardCharsets.UTF_8));
      brokenLine = script.brokenLine();
      return run(script.statements());
    }

    /** The file's menu is its own, and of the variables it sees only the exported ones. */
    private boolean configure(int line, List<String> arguments) {
      Map<String, String> seen = new TreeMap<>(variables);
      seen.keySet().retainAll(exported);
      variables = seen;
      menu.clear();
      menuRead = true;
      return source(line, arguments);
    }

    /** GRUB takes a timeout that is not a number as none. */
    private static long number(String text) {
      return text.matches("-?[0-9]{1,9}") ? Long.parseLong(text) : -1;
    }
  }
}

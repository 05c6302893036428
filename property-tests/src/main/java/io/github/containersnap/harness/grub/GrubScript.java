package io.github.containersnap.harness.grub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A parsed script: commands, {@code if} and {@code menuentry}.
 *
 * <p>GRUB parses statement by statement. It runs what stands before a statement that the end of the
 * file cuts off, and skips that one; so does this parser.
 *
 * @param statements in order, without one that the end of the file cuts off
 * @param brokenLine the number of the last line if no line feed ends it, so that it may be cut off;
 *     else 0. On this line GRUB's complaint about a command is the expected one.
 */
public record GrubScript(List<Statement> statements, int brokenLine) {
  /** Menus are read again and again: once for each reader, boot and property. */
  private static final int REMEMBERED = 256;

  private static final Map<String, GrubScript> PARSED =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, GrubScript> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** A part of a word: text as it stands, or the name of a variable. */
  record Part(boolean variable, boolean quoted, String text) {}

  /** A word before its variables are replaced. */
  record Word(int line, List<Part> parts) {
    String raw() {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(part.variable() ? "$" : "").append(part.text()));
      return text.toString();
    }

    boolean is(String keyword) {
      return parts.size() == 1
          && !parts.getFirst().variable()
          && !parts.getFirst().quoted()
          && parts.getFirst().text().equals(keyword);
    }
  }

  /** A statement. */
  sealed interface Statement {
    /** A command and its arguments. */
    record Command(List<Word> words) implements Statement {}

    /** The body of the first branch whose condition succeeds, or else the last resort. */
    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

    /** Adds an entry to the menu. */
    record MenuEntry(List<Word> words, List<Statement> body) implements Statement {}
  }

  /** A branch of an {@code if}. */
  record Branch(List<Statement> condition, List<Statement> body) {}

  /** Copies the statements. */
  public GrubScript {
    statements = List.copyOf(statements);
  }

  /**
   * Parses a script.
   *
   * @throws GrubSyntaxException if it holds syntax outside the known part
   */
  public static GrubScript parse(String text) {
    synchronized (PARSED) {
      GrubScript known = PARSED.get(text);
      if (known == null) {
        known = parsed(text);
        PARSED.put(text, known);
      }
      return known;
    }
  }

  private static GrubScript parsed(String text) {
    Lexer lexer = new Lexer(text);
    List<Word> tokens = lexer.tokens();
    int lastLine = tokens.getLast().line();
    return new GrubScript(
        new Parser(tokens, lexer.cutOff).script(),
        text.isEmpty() || text.endsWith("\n") ? 0 : lastLine);
  }

  /** The script ends within a statement. */
  private static final class CutOff extends Exception {
    private static final long serialVersionUID = 1L;

    CutOff() {
      super(null, null, false, false);
    }
  }

  private static final class Parser {
    private static final Set<String> UNKNOWN =
        Set.of("for", "while", "until", "function", "case", "select", "submenu", "!");
    private static final Set<String> ENDS = Set.of("then", "elif", "else", "fi", "}");

    private final List<Word> tokens;
    private final boolean endsInWord;
    private int at;

    Parser(List<Word> tokens, boolean endsInWord) {
      this.tokens = tokens;
      this.endsInWord = endsInWord;
    }

    List<Statement> script() {
      List<Statement> statements = new ArrayList<>();
      try {
        while (skipSeparators()) {
          statements.add(statement());
        }
      } catch (CutOff _) {
        return statements; // GRUB prints "syntax error", and the file is at its end
      }
      return statements;
    }

    private Word next() {
      return tokens.get(at);
    }

    /** A separator is a word without parts; the last token is one. */
    private boolean atSeparator() {
      return next().parts().isEmpty();
    }

    private boolean atEnd() {
      return at == tokens.size() - 1;
    }

    /** Whether a statement follows. */
    private boolean skipSeparators() {
      while (atSeparator() && !atEnd()) {
        at++;
      }
      return !atEnd();
    }

    private List<Statement> statements(Set<String> ends) throws CutOff {
      List<Statement> statements = new ArrayList<>();
      while (skipSeparators()) {
        if (ends.stream().anyMatch(next()::is)) {
          return statements;
        }
        statements.add(statement());
      }
      throw new CutOff();
    }

    private Statement statement() throws CutOff {
      if (next().is("if")) {
        return conditional();
      }
      List<Word> words = new ArrayList<>();
      boolean entry = next().is("menuentry");
      if (ENDS.stream().anyMatch(next()::is) || UNKNOWN.stream().anyMatch(next()::is)) {
        throw new GrubSyntaxException(next().line(), next().raw(), "not known here");
      }
      while (!atSeparator() && !next().is("{")) {
        words.add(tokens.get(at++));
      }
      if (atEnd() && (endsInWord || entry)) {
        throw new CutOff();
      }
      if (!next().is("{")) {
        if (entry) {
          throw new GrubSyntaxException(next().line(), "menuentry", "has no {");
        }
        return new Statement.Command(List.copyOf(words));
      }
      if (!entry) {
        throw new GrubSyntaxException(next().line(), "{", "only a menuentry has a block");
      }
      at++;
      List<Statement> body = statements(Set.of("}"));
      at++;
      return new Statement.MenuEntry(List.copyOf(words), body);
    }

    private Statement conditional() throws CutOff {
      List<Branch> branches = new ArrayList<>();
      do {
        at++;
        List<Statement> condition = statements(Set.of("then"));
        at++;
        branches.add(new Branch(condition, statements(Set.of("elif", "else", "fi"))));
      } while (next().is("elif"));
      List<Statement> otherwise = List.of();
      if (next().is("else")) {
        at++;
        otherwise = statements(Set.of("fi"));
      }
      at++;
      return new Statement.If(List.copyOf(branches), otherwise);
    }
  }

  private static final class Lexer {
    private final String text;
    private final List<Word> tokens = new ArrayList<>();
    private List<Part> parts = new ArrayList<>();
    private int line = 1;
    private int at;

    /** Whether the text ends within a word: a quote, or a variable's name in braces, is open. */
    private boolean cutOff;

    Lexer(String text) {
      this.text = text;
    }

    List<Word> tokens() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        switch (c) {
          case '\n', ';' -> {
            endWord();
            tokens.add(new Word(line, List.of()));
            line += c == '\n' ? 1 : 0;
          }
          case ' ', '\t' -> endWord();
          case '#' -> {
            if (parts.isEmpty()) {
              skipComment();
            } else {
              add(false, false, "#");
            }
          }
          case '\'' -> add(false, true, upTo('\''));
          case '"' -> quoted();
          case '$' -> variable(false);
          case '\\' -> escaped();
          case '&', '|', '<', '>', '(', ')' -> special(c);
          default -> add(false, false, String.valueOf(c));
        }
      }
      endWord();
      tokens.add(new Word(line, List.of()));
      return tokens;
    }

    /** Parentheses stand in device names; the rest is syntax that no menu needs. */
    private void special(char c) {
      if (c != '(' && c != ')') {
        throw new GrubSyntaxException(line, String.valueOf(c), "not known");
      }
      add(false, false, String.valueOf(c));
    }

    private void skipComment() {
      while (at < text.length() && text.charAt(at) != '\n') {
        at++;
      }
    }

    private void escaped() {
      if (at == text.length()) {
        cutOff = true;
        return;
      }
      char c = text.charAt(at++);
      if (c == '\n') {
        line++; // the line goes on
      } else {
        add(false, true, String.valueOf(c));
      }
    }

    private String upTo(char end) {
      int close = text.indexOf(end, at);
      if (close < 0) {
        cutOff = true;
        close = text.length();
      }
      String inside = text.substring(at, close);
      line += (int) inside.chars().filter(c -> c == '\n').count();
      at = Math.min(close + 1, text.length());
      return inside;
    }

    private void quoted() {
      add(false, true, "");
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return;
        } else if (c == '$') {
          variable(true);
        } else if (c == '\\' && at < text.length() && "\"\\$".indexOf(text.charAt(at)) >= 0) {
          add(false, true, String.valueOf(text.charAt(at++)));
        } else {
          line += c == '\n' ? 1 : 0;
          add(false, true, String.valueOf(c));
        }
      }
      cutOff = true;
    }

    private void variable(boolean quoted) {
      int from = at;
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        add(true, quoted, upTo('}'));
        return;
      }
      while (at < text.length() && isOfName(text.charAt(at))) {
        at++;
      }
      if (at == from && at == text.length()) {
        cutOff = true;
      } else if (at == from) {
        throw new GrubSyntaxException(line, "$", "names no variable");
      }
      add(true, quoted, text.substring(from, at));
    }

    private static boolean isOfName(char c) {
      return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
    }

    private void add(boolean variable, boolean quoted, String value) {
      Part last = parts.isEmpty() ? new Part(true, false, "") : parts.getLast();
      if (!variable && !last.variable() && last.quoted() == quoted) {
        parts.set(parts.size() - 1, new Part(false, quoted, last.text() + value));
      } else {
        parts.add(new Part(variable, quoted, value));
      }
    }

    private void endWord() {
      if (!parts.isEmpty()) {
        tokens.add(new Word(line, List.copyOf(parts)));
        parts = new ArrayList<>();
      }
    }
  }
}

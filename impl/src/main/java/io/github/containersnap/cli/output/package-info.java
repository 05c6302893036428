/** What verbs print: text for people, JSON for machines, progress. */
@NullMarked
package io.github.containersnap.cli.output;

import org.jspecify.annotations.NullMarked;
